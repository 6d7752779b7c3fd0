# Accord in a container, as a user without rights and with nothing to write on but /var/lib/accord:
#   docker build --tag accord .
#   docker run --read-only --tmpfs /tmp --volume accord:/var/lib/accord accord migrate
# compose.yaml runs it with PostgreSQL and Redis; docs/install.md explains both.

FROM node:22-trixie-slim AS dashboard
WORKDIR /source
COPY schema.graphql .
COPY dashboard dashboard
RUN npm ci --prefix dashboard --no-audit --no-fund && npm run --prefix dashboard build

FROM rust:1.95-trixie AS build
WORKDIR /source
COPY . .
COPY --from=dashboard /source/dashboard/dist dashboard/dist
# The libraries that it fetches and builds stay on the building machine, for the next time.
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/source/target \
    cargo build --release --locked && install target/release/accord /accord

FROM debian:trixie-slim
RUN groupadd --system --gid 10001 accord && \
    useradd --system --uid 10001 --gid accord --home-dir /var/lib/accord --shell /usr/sbin/nologin accord && \
    install --directory --owner=accord --group=accord --mode=0700 /var/lib/accord
COPY --from=build /accord /usr/local/bin/accord
# By its number, so that Kubernetes sees that it is not root.
USER 10001:10001
WORKDIR /var/lib/accord
# Which of its addresses a container shows is decided where it is run.
ENV ACCORD_LISTEN=0.0.0.0:8080
EXPOSE 8080
# `accord work` answers no requests: switch this off there (--no-healthcheck).
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${ACCORD_LISTEN##*:} && \
        printf 'GET /healthz HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ code _ <&3 && [[ $code == 200 ]]"]
ENTRYPOINT ["accord"]
CMD ["serve"]
