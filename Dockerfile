# The program in a container: records are mounted, the site comes out beside them.
#
#   docker build -t yishi .
#   docker run --rm --user "$(id -u)" -v "$PWD/my-town:/town" yishi build
#   docker run --rm --user "$(id -u)" -v "$PWD/my-town:/town" -p 127.0.0.1:8000:8000 yishi serve --host 0.0.0.0
FROM python:3.13-slim AS package
WORKDIR /source
COPY . .
RUN pip wheel --no-cache-dir --constraint constraints.txt --wheel-dir /wheels .

FROM python:3.13-slim
# Git tells when each record was first published, and what has changed since.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && git config --system --add safe.directory '*'
RUN --mount=type=bind,from=package,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-index /wheels/*.whl
WORKDIR /town
USER 65534
ENTRYPOINT ["yishi"]
CMD ["build"]
