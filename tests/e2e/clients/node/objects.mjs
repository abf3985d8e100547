// An object through its life, patches, selectors, pages and refusals. Arguments: kubeconfig, namespace.
import assert from 'node:assert/strict';
import * as k8s from '@kubernetes/client-node';

const [kubeconfig, namespace] = process.argv.slice(2);
const config = new k8s.KubeConfig();
config.loadFromFile(kubeconfig);
const core = config.makeApiClient(k8s.CoreV1Api);
const apps = config.makeApiClient(k8s.AppsV1Api);
const map = (name, data = {}) => ({ metadata: { name, labels: { name } }, data });
const names = (list) => list.items.map((item) => item.metadata.name);
const as = (type) => k8s.setHeaderOptions('Content-Type', type);

async function refusal(promise) {
  const error = await promise.then(() => assert.fail('not refused'), (reason) => reason);
  return [error.code, JSON.parse(error.body).reason];
}

// create, replace, patch, apply, delete
const made = await core.createNamespacedConfigMap({ namespace, body: map('a', { k: '1' }) });
made.data.k = '2';
const replaced = await core.replaceNamespacedConfigMap({ name: 'a', namespace, body: made });
assert.ok(Number(replaced.metadata.resourceVersion) > Number(made.metadata.resourceVersion));
const patch = (body, type, options = {}) =>
  core.patchNamespacedConfigMap({ name: 'a', namespace, body, ...options }, as(type));
assert.deepEqual((await patch([{ op: 'add', path: '/data/j', value: '1' }], k8s.PatchStrategy.JsonPatch)).data, { k: '2', j: '1' });
assert.deepEqual((await patch({ data: { j: null } }, k8s.PatchStrategy.MergePatch)).data, { k: '2' });
assert.deepEqual((await patch({ data: { l: '3' } }, k8s.PatchStrategy.StrategicMergePatch)).data, { k: '2', l: '3' });
const applied = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { k: '9' } };
assert.deepEqual(
  await refusal(patch(applied, k8s.PatchStrategy.ServerSideApply, { fieldManager: 'node' })), [409, 'Conflict']);
assert.equal((await patch(applied, k8s.PatchStrategy.ServerSideApply, { fieldManager: 'node', force: true })).data.k, '9');
assert.deepEqual(await refusal(core.createNamespacedConfigMap({ namespace, body: map('a') })), [409, 'AlreadyExists']);
assert.deepEqual(await refusal(core.createNamespacedConfigMap({ namespace, body: map('A b') })), [422, 'Invalid']);
await core.deleteNamespacedConfigMap({ name: 'a', namespace });
assert.deepEqual(await refusal(core.readNamespacedConfigMap({ name: 'a', namespace })), [404, 'NotFound']);

// lists: selectors and pages
await Promise.all([1, 2, 3].map((number) => core.createNamespacedConfigMap({ namespace, body: map(`c${number}`) })));
assert.deepEqual(names(await core.listNamespacedConfigMap({ namespace, labelSelector: 'name in (c1,c3)' })), ['c1', 'c3']);
assert.deepEqual(names(await core.listNamespacedConfigMap({ namespace, fieldSelector: 'metadata.name=c2' })), ['c2']);
const found = [];
for (let _continue; _continue !== ''; ) {
  const page = await core.listNamespacedConfigMap({ namespace, limit: 2, _continue });
  found.push(...names(page));
  _continue = page.metadata._continue ?? '';
}
assert.deepEqual(found, ['c1', 'c2', 'c3', 'kube-root-ca.crt']);

// scale, and times as Date
const labels = { app: 'web' };
const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'nginx' }] } };
await apps.createNamespacedDeployment({
  namespace, body: { metadata: { name: 'web' }, spec: { selector: { matchLabels: labels }, template } } });
const scale = await apps.readNamespacedDeploymentScale({ name: 'web', namespace });
scale.spec.replicas = 2;
delete scale.metadata.resourceVersion; // the controller writes meanwhile
assert.equal((await apps.replaceNamespacedDeploymentScale({ name: 'web', namespace, body: scale })).spec.replicas, 2);
const web = await apps.readNamespacedDeployment({ name: 'web', namespace });
assert.ok(web.metadata.creationTimestamp instanceof Date);

// binary data
const bytes = Buffer.from(Array.from({ length: 256 }, (_, number) => number)).toString('base64');
await core.createNamespacedSecret({ namespace, body: { metadata: { name: 's' }, data: { bytes } } });
assert.equal((await core.readNamespacedSecret({ name: 's', namespace })).data.bytes, bytes);
