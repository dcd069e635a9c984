# Podium's image: the programs and what they load, nothing else.
#
#   docker build -t podium .
#
# Untested so far: this repository's CI has no container engine. Its steps are those of hack/setup and of SwiftPM.
FROM swift:6.3-bookworm AS build
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends libcurl4-openssl-dev libyaml-dev libsqlite3-dev libpq-dev libhiredis-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
# Tests are not part of the image's context, and their targets need a folder to exist.
RUN sed -i '/^  targets: cores/s/ + testTargets//' Package.swift \
    && hack/build-release podium podium-proxy \
    && mkdir /out \
    && cp -R "$(swift build --configuration release --show-bin-path)"/podium "$(swift build --configuration release --show-bin-path)"/podium-proxy /out/ \
    && cp -R "$(swift build --configuration release --show-bin-path)"/*.resources /out/ \
    && strip /out/podium /out/podium-proxy

FROM debian:bookworm-slim
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends libcurl4 libyaml-0-2 libsqlite3-0 libpq5 libhiredis0.14 ca-certificates \
    && rm -rf /var/lib/apt/lists/*
# Resource bundles are looked for beside the program.
COPY --from=build /out/ /opt/podium/
ENV PATH=/opt/podium:$PATH
USER 65532:65532
EXPOSE 8080 8081 7946/udp
ENTRYPOINT ["/opt/podium/podium"]
CMD ["operator"]
