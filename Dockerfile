# The functions' image. BASE is AWS's, or a Debian that has Python 3.11 to 3.13.
ARG BASE=public.ecr.aws/lambda/python:3.13
ARG VARIANT=functions

FROM ${BASE} AS pip
RUN --mount=type=bind,source=infra/image,target=/build sh /build/system.sh pip

# The secret `ca` is for builds behind a proxy that signs with a certificate of its own.
FROM pip AS packages
COPY requirements.lock /lock/
RUN --mount=type=bind,source=infra/image,target=/build --mount=type=secret,id=ca \
    sh /build/packages.sh /lock/requirements.lock /var/task

FROM pip AS runners
COPY requirements-runners.lock /lock/
RUN --mount=type=bind,source=infra/image,target=/build --mount=type=secret,id=ca \
    sh /build/packages.sh /lock/requirements-runners.lock /opt/runners

FROM ${BASE} AS code
COPY lambda_image /var/task/lambda_image
COPY knowledge /var/task/knowledge
# Lambda's user is nobody that the build knows: what a checkout keeps to its owner has to be opened.
RUN chmod -R a+rX /var/task && python3 -m compileall -q --invalidation-mode unchecked-hash /var/task

FROM ${BASE} AS run
RUN --mount=type=bind,source=infra/image,target=/build sh /build/system.sh git
COPY --chmod=755 infra/image/entrypoint.sh /usr/local/bin/tracemend-entrypoint
COPY --from=packages /var/task /var/task
COPY --from=code /var/task /var/task
ENV HOME=/tmp XDG_CACHE_HOME=/tmp PYTHONDONTWRITEBYTECODE=1
WORKDIR /var/task
ENTRYPOINT ["/usr/local/bin/tracemend-entrypoint"]
LABEL org.opencontainers.image.title="tracemend" \
      org.opencontainers.image.description="From the error in your logs to an answered alert and a tested pull request" \
      org.opencontainers.image.licenses="Apache-2.0"

# With what runs the tests of the team's repositories: a sandbox where the base has one, and the runners.
FROM run AS verify
RUN --mount=type=bind,source=infra/image,target=/build sh /build/system.sh sandbox
# Of node, go, php, rust and java those whose tests are to be run, with blanks between them.
ARG TOOLCHAINS=node
RUN --mount=type=bind,source=infra/image,target=/build sh /build/toolchains.sh ${TOOLCHAINS}
COPY --from=runners /opt/runners /opt/runners
# The tests run without the functions' path: the interpreter itself has to know their runner, and our packages,
# of which most functions import one.
RUN printf '/opt/runners\n/var/task\n' \
    > "$(python3 -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/runners.pth"
USER 1000:1000
CMD ["lambda_image.handlers.verify.handler"]

FROM run AS functions
USER 1000:1000
CMD ["lambda_image.handlers.intake.handler"]

# Buildah keeps the labels of an earlier build where it builds a stage that is not the last.
# hadolint ignore=DL3006
FROM ${VARIANT}
