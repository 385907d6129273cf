# The image of any app: docker build --build-arg APP=source-aws-billing .
# What goes into it is laid out before, in apps/<name>/image: npx pnpm@12 images:stage. Nothing is downloaded here.
ARG BASE=gcr.io/distroless/nodejs24-debian13:nonroot

# Runs nothing, so that it can be built for a platform that this machine cannot run: --target plain.
FROM ${BASE} AS plain
ARG APP
COPY apps/${APP}/image/ /
# The last three keep memory low, so that 128 MiB are enough: buffers that are done with are found soon, and given back.
ENV PATH=/nodejs/bin:/usr/local/bin:/usr/bin:/bin \
    NODE_COMPILE_CACHE=/app/cache \
    BILLOW_DATA_DIR=/var/lib/billow \
    NODE_OPTIONS=--max-semi-space-size=1 \
    MALLOC_ARENA_MAX=1 \
    MALLOC_MMAP_THRESHOLD_=131072
USER 65532:65532
WORKDIR /app
VOLUME /var/lib/billow
ENTRYPOINT ["node", "/app/main.js"]
CMD []
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["node", "/app/main.js", "health"]
ARG VERSION
ARG REVISION
ARG DESCRIPTION
LABEL org.opencontainers.image.title=${APP} \
      org.opencontainers.image.description=${DESCRIPTION} \
      org.opencontainers.image.version=${VERSION} \
      org.opencontainers.image.revision=${REVISION} \
      org.opencontainers.image.source=https://github.com/billow/billow \
      org.opencontainers.image.licenses=Apache-2.0

# Compiles the program once, for every start of every container: what is loaded is written down at the end.
FROM plain AS warm
ENV NODE_COMPILE_CACHE=/tmp/cache
RUN ["node", "--input-type=module", "--eval", "import { readdirSync } from 'node:fs'; for (const chunk of readdirSync('/app/chunks')) await import('/app/chunks/' + chunk)"]
RUN ["node", "/app/main.js", "--version"]

FROM plain
# Files for their owner alone: with another user id the program starts without them.
COPY --chown=65532:65532 --from=warm /tmp/cache /app/cache
