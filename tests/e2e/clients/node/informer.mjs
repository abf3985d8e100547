// What an informer knows, one line of JSON for each change, until the process is ended. Arguments: kubeconfig, namespace.
import * as k8s from '@kubernetes/client-node';

const [kubeconfig, namespace] = process.argv.slice(2);
const config = new k8s.KubeConfig();
config.loadFromFile(kubeconfig);
const core = config.makeApiClient(k8s.CoreV1Api);
const list = () => core.listNamespacedConfigMap({ namespace });
const informer = k8s.makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, list);

const tell = () =>
  console.log(JSON.stringify(Object.fromEntries(informer.list().map((item) => [item.metadata.name, item.data?.k ?? null]))));

for (const event of ['add', 'update', 'delete']) {
  informer.on(event, () => setImmediate(tell));
}
informer.on('error', () => setTimeout(() => informer.start(), 100));
await informer.start();
