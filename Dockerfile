# Builds stripebridge from its source and packs it with the Java runtime that it needs:
#
#   docker build --tag stripebridge .
#
# No image is published: Solace's licence of sol-jcsmp does not allow it (NOTICE). Keep yours in a
# registry of your own.
#
# Both digests are those that docker-library/repo-info lists for their tags, for all platforms. The
# builder brings a JDK 25 and Maven; nothing of it but a runtime linked from that JDK remains. `make
# test-image` passes others of the same kind.
ARG BUILD_BASE=maven:3.9.16-eclipse-temurin-25@sha256:d67198007bb4441b07d45587320f83154de80ece3608f80408ef14c6ea847753
ARG RUNTIME_BASE=debian:trixie-20260918-slim@sha256:a99cfc517144bc59b1978475ec53b46ecabec7e43635402ee5b77cc54cd1b20a

FROM ${BUILD_BASE} AS runtime
# What jdeps finds, and what is loaded by name: certificates and tokens (jdk.crypto.*), host names
# (java.naming, jdk.naming.dns), socket options (jdk.net), agents (java.instrument,
# jdk.management.agent), jcmd. Without java.desktop, which only JavaBeans would need.
RUN jlink --no-header-files --no-man-pages --output /opt/stripebridge/runtime --add-modules \
java.base,java.instrument,java.management,java.naming,java.net.http,java.security.jgss,java.sql,\
jdk.crypto.cryptoki,jdk.crypto.ec,jdk.httpserver,jdk.jcmd,jdk.jfr,jdk.management,\
jdk.management.agent,jdk.naming.dns,jdk.net,jdk.unsupported,jdk.zipfs

FROM ${BUILD_BASE} AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.m2 \
    mvn -pl cli -am -Dmaven.test.skip=true -Dspotless.check.skip=true -Daot.skip=true package
COPY --from=runtime /opt/stripebridge/runtime /opt/stripebridge/runtime
# The dates of all files: an AOT cache is only good for jars of the dates that it was made with.
ARG SOURCE_DATE_EPOCH=
RUN sh deploy/image/lay-out /opt/stripebridge

FROM ${RUNTIME_BASE}
# No program that runs as another user, a name for ours, and its folder.
RUN find / -xdev -type f -perm /6000 -exec chmod a-s '{}' + \
    && echo 'stripebridge:x:65532:' >>/etc/group \
    && echo 'stripebridge:x:65532:65532::/var/lib/stripebridge:/usr/sbin/nologin' >>/etc/passwd \
    && install -d -o 65532 -g 65532 -m 0750 /var/lib/stripebridge
COPY --from=build /opt/stripebridge /opt/stripebridge
ENV LANG=C.UTF-8 \
    INBOX_PATH=/var/lib/stripebridge/inbox.db \
    APP_PORT=8080 \
    ADMIN_PORT=9090
# A number, so that Kubernetes can see that it is not root.
USER 65532:65532
WORKDIR /var/lib/stripebridge
VOLUME ["/var/lib/stripebridge"]
EXPOSE 8080 9090
# The launcher execs java, which is then process 1 and ends with 0 on SIGTERM.
ENTRYPOINT ["/opt/stripebridge/bin/stripebridge"]
CMD ["serve"]
# /health, not /ready: a broker that is away must not restart what takes webhooks.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["/opt/stripebridge/bin/health"]
# Those of pom.xml; the commit is only known to who builds.
ARG VERSION=0.1.0-SNAPSHOT
ARG CREATED=2026-11-20T00:00:00Z
ARG REVISION=unknown
LABEL org.opencontainers.image.title="stripebridge" \
    org.opencontainers.image.description="Carries Stripe webhook events into Solace PubSub+" \
    org.opencontainers.image.version="${VERSION}" \
    org.opencontainers.image.revision="${REVISION}" \
    org.opencontainers.image.created="${CREATED}" \
    org.opencontainers.image.licenses="Apache-2.0 AND LicenseRef-Solace"
