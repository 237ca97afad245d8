# docker build -t tidings .
FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --release --locked

# The same Debian as above: the program uses its C library.
FROM debian:bookworm-slim
RUN install -d -o 10001 -g 10001 -m 0700 /data
COPY --from=build /src/target/release/tidings /usr/local/bin/tidings
USER 10001:10001
WORKDIR /data
ENV TIDINGS_LISTEN=0.0.0.0:8080
ENV TIDINGS_DATABASE=sqlite:///data/tidings.db
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["tidings", "health"]
ENTRYPOINT ["tidings"]
CMD ["serve"]
