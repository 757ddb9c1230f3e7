# Debian with the network tools and Node.js: what changes rarely. Built by compose/images.ts, which brings the node binary.
ARG BASE=debian:bookworm-slim
FROM ${BASE}
# A base from the Debian archive already has the packages; one from a registry gets them here.
RUN if ! { command -v nft && command -v ping && command -v ip && ldconfig -p | grep -q libstdc++; } >/dev/null; then \
      apt-get update && apt-get install --yes --no-install-recommends \
        iproute2 nftables iputils-ping libstdc++6 && rm -rf /var/lib/apt/lists/*; \
    fi
COPY node /usr/local/bin/node
