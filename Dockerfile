# The functions' image. BASE is AWS's, or one with Debian's or Docker's Python 3.11 to 3.13 under glibc.
ARG BASE=public.ecr.aws/lambda/python:3.13

FROM ${BASE} AS packages
# Only where a proxy signs with a certificate of its own; pip reads it from the environment.
ARG PIP_CERT
COPY requirements.lock /build/
RUN python3 -m pip install --no-cache-dir --disable-pip-version-check --require-hashes \
      --target /opt/python -r /build/requirements.lock
# The file system is read-only in Lambda: bytecode that is not written now never is.
RUN rm -rf /opt/python/bin && python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/python

FROM ${BASE} AS code
COPY lambda_image /var/task/lambda_image
COPY knowledge /var/task/knowledge
RUN python3 -m compileall -q --invalidation-mode unchecked-hash /var/task

FROM ${BASE} AS common
# git reads the team's repositories; its version is the base's, which is what gets the security fixes.
# hadolint ignore=DL3008,DL3041
RUN if command -v git; then exit 0; fi; \
    if command -v dnf; then dnf install -y git-core && dnf clean all; \
    else apt-get update && apt-get install -y --no-install-recommends git ca-certificates \
      && rm -rf /var/lib/apt/lists/*; fi
COPY --from=code /var/task /var/task
COPY --chmod=755 infra/image/entrypoint.sh /usr/local/bin/tracemend-entrypoint
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="tracemend" \
      org.opencontainers.image.description="From the error in your logs to an answered alert and a tested pull request" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV PYTHONPATH=/opt/python:/var/task HOME=/tmp XDG_CACHE_HOME=/tmp PYTHONDONTWRITEBYTECODE=1
WORKDIR /var/task
USER 1000:1000
ENTRYPOINT ["/usr/local/bin/tracemend-entrypoint"]

# What runs the tests of the team's repositories: the packages and the runners of tests.
FROM ${BASE} AS test-packages
ARG PIP_CERT
COPY requirements-verify.lock /build/
RUN python3 -m pip install --no-cache-dir --disable-pip-version-check --require-hashes \
      --target /opt/python -r /build/requirements-verify.lock
RUN rm -rf /opt/python/bin && python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/python

FROM common AS verify
COPY --from=test-packages /opt/python /opt/python
CMD ["lambda_image.handlers.verify.handler"]

# The default, because it is the last.
FROM common AS functions
COPY --from=packages /opt/python /opt/python
CMD ["lambda_image.handlers.intake.handler"]
