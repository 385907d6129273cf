# The image of any app: docker build --build-arg APP=source-aws-billing .
# What goes into it is laid out before, in apps/<name>/image: npx pnpm@12 images:stage. Nothing is downloaded here.
ARG BASE=gcr.io/distroless/nodejs24-debian13:nonroot

# Runs nothing, so that it can be built for a platform that this machine cannot run: --target plain.
FROM ${BASE} AS plain
ARG APP
COPY apps/${APP}/image/ /
ENV PATH=/nodejs/bin:/usr/local/bin:/usr/bin:/bin \
    NODE_COMPILE_CACHE=/app/cache \
    BILLOW_DATA_DIR=/var/lib/billow
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

# Compiles the program once, for every start of every container.
FROM plain AS warm
ENV NODE_COMPILE_CACHE=/tmp/cache
RUN ["node", "/app/main.js", "schema"]

FROM plain
COPY --from=warm /tmp/cache /app/cache
