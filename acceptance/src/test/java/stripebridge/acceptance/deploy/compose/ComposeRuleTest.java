package stripebridge.acceptance.deploy.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.yaml.snakeyaml.Yaml;
import stripebridge.acceptance.Project;

/// Applies every rule to `compose.yaml`, and shows that each finds a planted fault.
class ComposeRuleTest {
  private static final Path ROOT = Project.root();

  @ParameterizedTest
  @EnumSource
  void holds(ComposeRule rule) {
    assertThat(rule.violations(ComposeFile.read(ROOT))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          VARIABLES_ARE_SETTINGS | services.bridge.environment.SOLACE_HOTS | x \
          | bridge: SOLACE_HOTS is not a variable of its image
          VARIABLES_ARE_SETTINGS | services.broker.environment.messagespool_maxspool | 1 \
          | broker: messagespool_maxspool is not a variable of its image
          SECRETS_ARE_IN_FILES | services.bridge.environment.SOLACE_PASSWORD | x \
          | bridge: SOLACE_PASSWORD is a secret in the environment
          SECRETS_ARE_IN_FILES | services.bridge-1.environment.REDIS_URL | x \
          | bridge-1: REDIS_URL is a secret in the environment
          SECRETS_ARE_IN_FILES | services.stripe.environment.STRIPE_API_KEY | x \
          | stripe: STRIPE_API_KEY is a secret in the environment
          SECRETS_ARE_IN_FILES | services.broker.environment.username_admin_password | x \
          | broker: username_admin_password is a secret in the environment
          SECRETS_ARE_IN_FILES | services.provision.environment.SOLACE_PASSWORD_FILE | /x \
          | provision: SOLACE_PASSWORD_FILE names /x, which is not a secret of it
          SECRETS_ARE_IN_FILES | services.stripe.command | [--api-key, "${STRIPE_API_KEY}"] \
          | stripe: '${STRIPE_API_KEY}' inserts a secret
          NO_HOST_PORT_IS_PUBLISHED_TWICE | services.broker.ports | ["8080:8080"] \
          | bridge: broker publishes port 8080 too
          NO_HOST_PORT_IS_PUBLISHED_TWICE | services.bridge-2.ports | ["127.0.0.1:9091:9090"] \
          | bridge-1: bridge-2 publishes port 9091 too
          ONLY_WEBHOOKS_ARE_PUBLIC | services.bridge.ports | ["9090:9090"] \
          | bridge: port 9090 is open to other machines
          ONLY_WEBHOOKS_ARE_PUBLIC | services.sandbox.ports | ["8082:8081"] \
          | sandbox: port 8082 is open to other machines
          IMAGES_ARE_PINNED | services.broker.image | solace/solace-pubsub-standard:latest \
          | broker: image solace/solace-pubsub-standard:latest has neither an exact tag nor a digest
          IMAGES_ARE_PINNED | services.redis.image | redis \
          | redis: image redis has neither an exact tag nor a digest
          IMAGES_ARE_PINNED | services.redis.image | redis:8.2-alpine \
          | redis: image redis:8.2-alpine has neither an exact tag nor a digest
          THE_IMAGE_IS_BUILT_ONCE | services.sandbox.build | . \
          | the image is built by [bridge, sandbox]
          THE_IMAGE_IS_BUILT_ONCE | services.bridge.profiles | [bridge] \
          | the image is built by [bridge]
          HEALTH_CHECKS_USE_WHAT_THE_IMAGE_HAS | services.bridge.healthcheck.test | [CMD, curl] \
          | bridge: its image has no curl that is known of
          HEALTH_CHECKS_USE_WHAT_THE_IMAGE_HAS | services.balancer.image | nginx:1.29.8 \
          | balancer: its image has no wget that is known of
          NOTHING_SLEEPS | services.provision.command | [sh, -c, sleep 20 && provision] \
          | provision: 'sleep 20 && provision' sleeps
          BRIDGES_HAVE_TIME_TO_STOP | services.bridge.stop_grace_period | ~~ \
          | bridge: its grace period of 10s is not 10 s longer than ASYNC_SHUTDOWN_TIMEOUT_SECONDS
          BRIDGES_HAVE_TIME_TO_STOP | services.bridge-1.environment.ASYNC_SHUTDOWN_TIMEOUT_SECONDS \
          | 45 | bridge-1: its grace period of 45s is not 10 s longer than \
          ASYNC_SHUTDOWN_TIMEOUT_SECONDS
          DEPENDENCIES_CAN_BE_MET | services.bridge.depends_on.absent \
          | { condition: service_started } | bridge: is started without absent, which it needs
          DEPENDENCIES_CAN_BE_MET | services.bridge-1.depends_on.sandbox \
          | { condition: service_healthy } | bridge-1: is started without sandbox, which it needs
          DEPENDENCIES_CAN_BE_MET | services.redis.healthcheck | ~~ \
          | bridge-1: redis is never SERVICE_HEALTHY
          DEPENDENCIES_CAN_BE_MET | services.provision-local.restart | always \
          | bridge: provision-local is never SERVICE_COMPLETED_SUCCESSFULLY
          DEPENDENCIES_CAN_BE_MET | services.provision-sandbox.command | [serve] \
          | bridge: provision-sandbox is never SERVICE_COMPLETED_SUCCESSFULLY
          MONITORING_SHOWS_EVERY_BRIDGE | configs.targets.file \
          | ./deploy/compose/targets-bridge.yaml \
          | prometheus: scrapes [bridge:9090], and there are [bridge-1:9090, bridge-2:9090]
          MONITORING_SHOWS_EVERY_BRIDGE | services.bridge.profiles | [bridge] \
          | prometheus: scrapes [bridge:9090], and there are []
          MONITORING_SHOWS_EVERY_BRIDGE | configs.rules.file | ./deploy/monitoring/rules_test.yaml \
          | prometheus: does not have rules.yaml
          MONITORING_SHOWS_EVERY_BRIDGE | configs.prometheus.file \
          | ./deploy/compose/grafana-datasource.yaml | prometheus: does not have rules-broker.yaml
          MONITORING_SHOWS_EVERY_BRIDGE | configs.dashboard.file | ./topology.yaml \
          | grafana: does not have dashboard.json
          MONITORING_SHOWS_EVERY_BRIDGE | services.prometheus.ports | ["127.0.0.1:9099:9099"] \
          | grafana: nothing answers at http://prometheus:9090
          GRAFANA_ASKS_FOR_A_PASSWORD \
          | services.grafana.environment.GF_SECURITY_ADMIN_PASSWORD__FILE | ~~ \
          | grafana: its password is admin
          VARIABLES_ARE_SETTINGS | services.grafana.environment.GF_AUTH_ANONYMOUS_ENABLED | x \
          | grafana: GF_AUTH_ANONYMOUS_ENABLED is not a variable of its image
          ONLY_WEBHOOKS_ARE_PUBLIC | services.grafana.ports | ["3000:3000"] \
          | grafana: port 3000 is open to other machines
          EACH_BROKER_HAS_ITS_OWN_INBOX | volumes.prometheus.name | p \
          | prometheus: volume p is of remote and of local
          MOUNTED_FILES_EXIST | configs.nginx.file | ./deploy/nginx.conf \
          | balancer: mounts deploy/nginx.conf, which is not there
          NAMED_FILES_ARE_MOUNTED | services.stripe.entrypoint \
          | [/bin/stripe, --config, /run/secrets/stripe.toml] \
          | stripe: names /run/secrets/stripe.toml, which is not mounted
          NAMED_FILES_ARE_MOUNTED | services.bridge.configs | [] \
          | bridge: names /etc/stripebridge/topology.yaml, which is not mounted
          NAMED_FILES_ARE_MOUNTED | services.provision.environment.SOLACE_TLS_CA_CERT_PATH \
          | /etc/ca.pem | provision: names /etc/ca.pem, which is not mounted
          INBOXES_OUTLIVE_THEIR_CONTAINERS | services.bridge.volumes | ~~ \
          | bridge: its inbox is not in a volume
          INBOXES_OUTLIVE_THEIR_CONTAINERS | services.redis.volumes | ~~ \
          | redis: it can forget what it has confirmed
          INBOXES_OUTLIVE_THEIR_CONTAINERS | services.redis.command \
          | [redis-server, --appendonly, "yes"] | redis: it can forget what it has confirmed
          EACH_BROKER_HAS_ITS_OWN_INBOX | volumes.inbox.name | inbox \
          | bridge: volume inbox is of remote and of local
          CONTAINERS_ARE_CONFINED | services.redis.cap_drop | ~~ | redis: it needs cap_drop
          CONTAINERS_ARE_CONFINED | services.stripe.security_opt | ~~ \
          | stripe: it needs no-new-privileges
          CONTAINERS_ARE_CONFINED | services.bridge.read_only | false \
          | bridge: it needs read_only and /tmp in memory
          CONTAINERS_ARE_CONFINED | services.bridge.tmpfs | ~~ \
          | bridge: it needs read_only and /tmp in memory
          CONTAINERS_ARE_CONFINED | services.bridge.logging.options.max-size | ~~ \
          | bridge: it needs a limit of its log
          CONTAINERS_ARE_CONFINED | services.broker.restart | ~~ | broker: it needs restart
          CONTAINERS_ARE_CONFINED | services.broker.privileged | true \
          | broker: it needs no privileged
          DIRECTORIES_IN_MEMORY_BELONG_TO_THE_USER | services.sandbox.tmpfs \
          | [/var/lib/stripebridge] | sandbox: root owns /var/lib/stripebridge
          DIRECTORIES_IN_MEMORY_BELONG_TO_THE_USER | services.grafana.tmpfs \
          | [/var/lib/grafana] | grafana: root owns /var/lib/grafana
          PROFILES_ARE_DOCUMENTED | services.redis.profiles | [redis] \
          | docs/compose.md has [local, monitoring, provision, replicas, sandbox, stripe], \
          compose.yaml [local, monitoring, provision, redis, replicas, sandbox, stripe]
          """)
  void findsAFault(ComposeRule rule, String path, String value, String violation)
      throws IOException {
    Map<String, Object> document =
        ComposeFile.parse(Files.readString(ROOT.resolve("compose.yaml")));
    plant(document, List.of(path.split("\\.")), new Yaml().load(value));
    assertThat(rule.violations(ComposeFile.of(ROOT, document))).contains(violation);
  }

  @Test
  void findsASettingThatNoServiceHas() {
    Map<String, Object> document = ComposeFile.read(ROOT).document();
    for (String service : List.of("bridge", "bridge-1", "bridge-2")) {
      plant(document, List.of("services", service, "environment", "DMQ_ELIGIBLE"), null);
    }
    assertThat(ComposeRule.SETTINGS_ARE_PASSED_ON.violations(ComposeFile.of(ROOT, document)))
        .containsExactly("no service has DMQ_ELIGIBLE, and docs/compose.md does not say so");
  }

  /// Sets what is at the path, or removes it.
  private static void plant(
      Map<String, Object> document, List<String> path, @Nullable Object value) {
    Node parent = Node.of("", document);
    for (String key : path.subList(0, path.size() - 1)) {
      parent = parent.child(key);
    }
    if (value == null) {
      assertThat(parent.map().remove(path.getLast())).isNotNull();
    } else {
      parent.map().put(path.getLast(), value);
    }
  }
}
