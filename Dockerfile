FROM rust:1.95-bookworm AS build
WORKDIR /src
RUN apt-get update && apt-get install -y --no-install-recommends cmake && rm -rf /var/lib/apt/lists/*
COPY . .
RUN cargo build --release --locked

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --home /data claviger && mkdir /data && chown claviger /data && chmod 700 /data
COPY --from=build /src/target/release/claviger /usr/local/bin/claviger
USER claviger
VOLUME /data
ENV CLAVIGER_SERVER__LISTEN=0.0.0.0:8080 CLAVIGER_SERVER__DATA_DIR=/data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["claviger", "health"]
CMD ["claviger", "serve"]
