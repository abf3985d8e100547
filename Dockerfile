# docker build -t mockapi . && docker run -p 8001:8001 mockapi
FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY mockapi mockapi
COPY migrations migrations
RUN python -m venv /opt/mockapi && /opt/mockapi/bin/pip install --no-cache-dir '.[postgres]'

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home mockapi && install --directory --owner mockapi /data
COPY --from=build /opt/mockapi /opt/mockapi
# Inside a container only 0.0.0.0 is reachable by a published port.
ENV PATH=/opt/mockapi/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MOCKAPI_ADDRESS=0.0.0.0 \
    MOCKAPI_PORT=8001 \
    MOCKAPI_DATABASE=/data/mockapi.db
USER 10001
VOLUME /data
EXPOSE 8001
STOPSIGNAL SIGINT
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"MOCKAPI_PORT\"]}/readyz', timeout=2)"]
ENTRYPOINT ["mockapi"]
CMD ["serve"]
