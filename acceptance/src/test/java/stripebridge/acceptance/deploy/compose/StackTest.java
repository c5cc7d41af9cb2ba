package stripebridge.acceptance.deploy.compose;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.acceptance.Project;
import stripebridge.acceptance.run.Launcher;
import stripebridge.acceptance.run.Outcome;
import stripebridge.core.config.DotEnv;

/// Runs `deploy/compose/stack` in a copy of its files, with a `docker` that writes down how it was
/// called.
class StackTest {
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final String COMPLETE =
      """
      SOLACE_HOST=tcps://broker.example.com:55443
      SOLACE_VPN=payments
      SOLACE_USERNAME=bridge
      SOLACE_PASSWORD=password-of-a-test
      STRIPE_WEBHOOK_SECRET=whsec_of_a_test
      """;

  @TempDir private Path folder;

  private final Map<String, String> environment = new HashMap<>();
  private Path tree;

  @BeforeEach
  void layOutATree() throws IOException {
    tree = Files.createDirectories(folder.resolve("a tree"));
    Files.createDirectories(tree.resolve(".mvn"));
    for (String file :
        List.of("compose.yaml", "topology.yaml", ".env.example", "Makefile", ".mvn/jdk25.sh")) {
      Files.copy(Project.root().resolve(file), tree.resolve(file));
    }
    for (String folder : List.of("deploy/compose", "deploy/monitoring")) {
      Path copy = Files.createDirectories(tree.resolve(folder));
      try (Stream<Path> files = Files.list(Project.root().resolve(folder))) {
        for (Path file : files.toList()) {
          Files.copy(file, copy.resolve(file.getFileName()));
        }
      }
    }
    docker(
        "printf '%s\\n' \"$*\" >>calls;"
            + " printf '%s\\n' \"${MOUNTED_FILES-}\" \"${MONITORING_FILES-}\" >labels");
    environment.put("PATH", folder.resolve("bin") + ":/usr/bin:/bin");
    // The Makefile looks for a JDK 25, and here is one.
    environment.put("JAVA_HOME", System.getProperty("java.home"));
  }

  private void docker(String body) throws IOException {
    Path docker = Files.createDirectories(folder.resolve("bin")).resolve("docker");
    Files.writeString(docker, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(docker, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Outcome stack(String... args) throws IOException, InterruptedException {
    return run(tree.resolve("deploy/compose/stack"), args);
  }

  private Outcome run(Path program, String... args) throws IOException, InterruptedException {
    return Launcher.run(program, List.of(args), environment, tree, new byte[0], DEADLINE)
        .orElseThrow(() -> new AssertionError("it still ran after " + DEADLINE));
  }

  private void dotEnv(String text) throws IOException {
    Files.writeString(tree.resolve(".env"), text);
  }

  private String secret(String name) throws IOException {
    return Files.readString(tree.resolve("secrets").resolve(name));
  }

  private String permissions(String path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(tree.resolve(path)));
  }

  /// The calls of docker, without those that ask for its version.
  private List<String> calls() throws IOException {
    Path calls = tree.resolve("calls");
    return Files.exists(calls)
        ? Files.readAllLines(calls).stream().filter(call -> !call.endsWith("version")).toList()
        : List.of();
  }

  private static Outcome failed(String err) {
    return new Outcome(2, "", err);
  }

  @Test
  void saysWhatItTakes() throws Exception {
    assertThat(stack())
        .isEqualTo(
            failed(
                """
                stack up [PROFILE]...         start it, and wait until everything is healthy
                stack down                    stop and remove the containers; volumes stay
                stack logs                    follow the logs
                stack provision [OPTION]...   apply topology.yaml to the broker of .env
                stack stripe-secret           print the signing secret of the Stripe CLI
                stack secrets [PROFILE]...    only write the files of secrets/
                """));
  }

  @Test
  void saysThatDockerIsMissing() throws Exception {
    Path tools = Files.createDirectories(folder.resolve("tools"));
    // The script needs no other program before it looks for docker.
    Path dirname = Files.writeString(tools.resolve("dirname"), "#!/bin/sh\necho \"${1%/*}\"\n");
    Files.setPosixFilePermissions(dirname, PosixFilePermissions.fromString("rwxr-xr-x"));
    environment.put("PATH", tools.toString());
    assertThat(stack("up"))
        .isEqualTo(
            failed(
                """
                error: docker is not installed, or not on the PATH
                hint:  install Docker Engine 25 or newer
                """));
  }

  @ParameterizedTest
  @ValueSource(strings = {"up", "down", "logs", "provision", "stripe-secret"})
  void saysThatComposeIsMissing(String command) throws Exception {
    docker("exit 1");
    assertThat(stack(command))
        .isEqualTo(
            failed(
                """
                error: docker has no compose: `docker compose version` fails
                hint:  install the plugin docker-compose-plugin, version 2.24 or newer
                """));
  }

  @Test
  void saysThatNothingNamesTheBroker() throws Exception {
    assertThat(stack("up"))
        .isEqualTo(
            failed(
                """
                error: cannot start stripebridge: there is no .env, which names the broker
                hint:  cp .env.example .env and fill it in, or try it without a broker: \
                make up P=sandbox
                """));
    assertThat(calls()).isEmpty();
  }

  @Test
  void saysEverythingThatIsMissing() throws Exception {
    Files.copy(tree.resolve(".env.example"), tree.resolve(".env"));
    assertThat(stack("up", "stripe"))
        .isEqualTo(
            failed(
                """
                error: cannot start stripebridge with these settings:
                  SOLACE_HOST is tcp://localhost:55555, which in a container is the container itself
                  SOLACE_PASSWORD is not set
                  STRIPE_API_KEY is not set; the Stripe CLI needs it
                  STRIPE_WEBHOOK_SECRET is not set
                hint:  for a broker on this machine, write host.docker.internal in SOLACE_HOST
                hint:  deploy/compose/stack stripe-secret prints the one of the Stripe CLI; \
                put it into .env
                """));
    assertThat(calls()).isEmpty();
  }

  @Test
  void startsTheBridgeOfDotEnv() throws Exception {
    dotEnv(COMPLETE);
    Outcome outcome = stack("up");
    String call = "compose --env-file .env up --detach --wait --wait-timeout 600";
    assertThat(outcome).isEqualTo(new Outcome(0, "", "+ docker " + call + "\n"));
    assertThat(calls()).containsExactly(call);
    assertThat(secret("remote/solace_password")).isEqualTo("password-of-a-test");
    assertThat(secret("remote/stripe_webhook_secret")).isEqualTo("whsec_of_a_test");
  }

  @Test
  void writesFilesThatContainersReadAndOthersDoNot() throws Exception {
    dotEnv(COMPLETE);
    stack("secrets");
    assertThat(permissions("secrets")).isEqualTo("rwx------");
    assertThat(permissions("secrets/remote/solace_password")).isEqualTo("rw-r--r--");
  }

  @Test
  void writesEverySecretThatAServiceMounts() throws Exception {
    dotEnv(COMPLETE + "SOLACE_SEMP_PASSWORD=x\nSTRIPE_API_KEY=sk_test_1\n");
    for (String broker : List.of("remote", "local", "sandbox")) {
      stack(
          Stream.of("secrets", broker, "stripe", "replicas", "monitoring")
              .filter(arg -> !arg.equals("remote"))
              .toArray(String[]::new));
      assertThat(ComposeFile.read(tree).all(Map.of("BROKER", broker)))
          .filteredOn(service ->
              service.profiles().isEmpty()
                  || service.profiles().contains(broker)
                  || service.profiles().contains("stripe")
                  || service.profiles().contains("monitoring")
                  || service.profiles().contains("replicas"))
          .allSatisfy(service ->
              assertThat(service.files()).allSatisfy(file -> assertThat(file.source()).exists()));
    }
  }

  @Test
  void needsNothingForTheSandbox() throws Exception {
    Outcome outcome = stack("up", "sandbox");
    String call =
        "compose --env-file deploy/compose/sandbox.env --profile sandbox"
            + " up --detach --wait --wait-timeout 600";
    assertThat(outcome).isEqualTo(new Outcome(0, "", "+ docker " + call + "\n"));
    assertThat(secret("sandbox/solace_password")).matches("[0-9a-f]{48}");
    assertThat(secret("sandbox/stripe_webhook_secret")).matches("whsec_[0-9a-f]{48}");
    assertThat(secret("sandbox/solace_semp_password")).isEqualTo("admin");
  }

  @Test
  void keepsWhatItMadeUp() throws Exception {
    stack("secrets", "local");
    String password = secret("local/solace_password");
    String admin = secret("local/solace_semp_password");
    String webhook = secret("local/stripe_webhook_secret");
    assertThat(password).isNotEqualTo(admin);
    stack("secrets", "local");
    assertThat(secret("local/solace_password")).isEqualTo(password);
    assertThat(secret("local/solace_semp_password")).isEqualTo(admin);
    assertThat(secret("local/stripe_webhook_secret")).isEqualTo(webhook);
  }

  @Test
  void takesTheWebhookSecretOfDotEnvForATrialToo() throws Exception {
    dotEnv(COMPLETE);
    stack("secrets", "sandbox");
    assertThat(secret("sandbox/stripe_webhook_secret")).isEqualTo("whsec_of_a_test");
    assertThat(secret("sandbox/solace_password")).isNotEqualTo("password-of-a-test");
  }

  /// The files that a running container has: a mounted file stays the same file.
  @Test
  void changesASecretInTheFileThatContainersHave() throws Exception {
    dotEnv(COMPLETE);
    stack("up");
    Path file = tree.resolve("secrets/remote/stripe_webhook_secret");
    Object key = key(file);
    Labels labels = labels();
    assertThat(labels.bridges()).matches("\\d+(,\\d+){3}");
    assertThat(labels.monitoring()).matches("\\d+,\\d+");
    dotEnv(COMPLETE.replace("whsec_of_a_test", "whsec_of_a_test,whsec_2"));
    stack("up");
    assertThat(Files.readString(file)).isEqualTo("whsec_of_a_test,whsec_2");
    assertThat(key(file)).isEqualTo(key);
    assertThat(labels()).isEqualTo(labels);
    try (Stream<Path> files = Files.list(file.resolve("..").normalize())) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("solace_password", "stripe_webhook_secret");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "topology.yaml",
        "ca.pem",
        "secrets/remote/solace_password",
        "secrets/remote/stripe_webhook_secret"
      })
  void recreatesBridgesWhoseFilesWereReplaced(String name) throws Exception {
    Files.writeString(tree.resolve("ca.pem"), "a certificate");
    dotEnv(COMPLETE + "SOLACE_TLS_CA_CERT_PATH=./ca.pem\n");
    stack("up");
    Labels labels = labels();
    Path file = tree.resolve(name);
    Path other = Files.writeString(folder.resolve("other"), Files.readString(file));
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    assertThat(stack("up").exitCode()).isEqualTo(0);
    assertThat(labels().bridges()).isNotEqualTo(labels.bridges());
    assertThat(labels().monitoring()).isEqualTo(labels.monitoring());
  }

  /// Prometheus reads its files only when it starts.
  @Test
  void recreatesPrometheusWhenItsFilesHaveChanged() throws Exception {
    stack("up", "sandbox", "monitoring");
    Labels labels = labels();
    Files.writeString(
        tree.resolve("deploy/monitoring/rules.yaml"), "# more\n", StandardOpenOption.APPEND);
    stack("up", "sandbox", "monitoring");
    assertThat(labels().bridges()).isEqualTo(labels.bridges());
    assertThat(labels().monitoring()).isNotEqualTo(labels.monitoring());
  }

  /// The labels: a new value recreates the containers.
  private record Labels(String bridges, String monitoring) {}

  private Labels labels() throws IOException {
    List<String> lines = Files.readAllLines(tree.resolve("labels"));
    return new Labels(lines.getFirst(), lines.getLast());
  }

  private static Object key(Path file) throws IOException {
    return Objects.requireNonNull(Files.readAttributes(file, BasicFileAttributes.class).fileKey());
  }

  @Test
  void makesUpAPasswordForGrafana() throws Exception {
    dotEnv(COMPLETE);
    Outcome outcome = stack("up", "monitoring");
    String call =
        "compose --env-file .env --profile monitoring up --detach --wait --wait-timeout 600";
    String note =
        "note:  Grafana is at http://127.0.0.1:3000, user admin, password in"
            + " secrets/monitoring/grafana_password\n";
    assertThat(outcome).isEqualTo(new Outcome(0, "", "+ docker " + call + "\n" + note));
    String password = secret("monitoring/grafana_password");
    assertThat(password).matches("[0-9a-f]{48}");
    dotEnv(COMPLETE + "GRAFANA_PORT=3001\n");
    assertThat(stack("up", "monitoring").err()).contains("http://127.0.0.1:3001,");
    assertThat(secret("monitoring/grafana_password")).isEqualTo(password);
  }

  @Test
  void refusesMonitoringFilesThatContainersCannotRead() throws Exception {
    dotEnv(COMPLETE);
    Files.delete(tree.resolve("deploy/monitoring/dashboard.json"));
    assertThat(stack("up", "monitoring").err())
        .contains("  deploy/monitoring/dashboard.json is not there\n");
  }

  /// A container has mounted the file, as a hard link would.
  @Test
  void writesIntoTheFileThatAContainerHasMounted() throws Exception {
    dotEnv(COMPLETE);
    stack("up");
    Path mounted =
        Files.createLink(
            folder.resolve("mounted"), tree.resolve("secrets/remote/stripe_webhook_secret"));
    dotEnv(COMPLETE.replace("whsec_of_a_test", "q3=whsec_of_a_test,q4=whsec_2"));
    assertThat(stack("secrets")).isEqualTo(new Outcome(0, "", ""));
    assertThat(mounted).hasContent("q3=whsec_of_a_test,q4=whsec_2");
  }

  @Test
  void takesTheFilesThatDotEnvNames() throws Exception {
    Files.writeString(folder.resolve("a file"), "from $a \\file\n");
    dotEnv(
        COMPLETE.replace("SOLACE_PASSWORD=password-of-a-test", "")
            + "SOLACE_PASSWORD_FILE='"
            + folder.resolve("a file")
            + "'\n");
    assertThat(stack("secrets")).isEqualTo(new Outcome(0, "", ""));
    assertThat(secret("remote/solace_password")).isEqualTo("from $a \\file");
    dotEnv(COMPLETE.replace("SOLACE_PASSWORD=password-of-a-test", "SOLACE_PASSWORD_FILE=./no"));
    assertThat(stack("secrets"))
        .isEqualTo(
            failed(
                """
                error: cannot write the secrets:
                  SOLACE_PASSWORD_FILE names ./no, which cannot be read
                """));
  }

  @Test
  void takesTheEnvironmentFirst() throws Exception {
    dotEnv(COMPLETE);
    environment.put("SOLACE_PASSWORD", "of the environment");
    stack("secrets");
    assertThat(secret("remote/solace_password")).isEqualTo("of the environment");
  }

  @Test
  void keepsASecretThatSomebodyElseWrote() throws Exception {
    Path file = tree.resolve("secrets/remote/solace_password");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "of a vault");
    dotEnv(COMPLETE.replace("SOLACE_PASSWORD=password-of-a-test", "SOLACE_PASSWORD="));
    assertThat(stack("up").exitCode()).isEqualTo(0);
    assertThat(secret("remote/solace_password")).isEqualTo("of a vault");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SOLACE_PASSWORD=plain",
        "SOLACE_PASSWORD=a#b",
        "SOLACE_PASSWORD=#a",
        "SOLACE_PASSWORD=a b # comment",
        "SOLACE_PASSWORD=a'b\"c",
        "SOLACE_PASSWORD=a\\b",
        "SOLACE_PASSWORD=a=b",
        "  export\tSOLACE_PASSWORD = spaces\t ",
        "SOLACE_PASSWORD='lit$e\\ral # not a comment'  # a comment",
        "SOLACE_PASSWORD=\"double # quoted\"#",
        "SOLACE_PASSWORD=return\r",
        "SOLACE_PASSWORD=pässword",
        "#SOLACE_PASSWORD=x\nSOLACE_PASSWORD=second",
        "OTHER_SOLACE_PASSWORD=x\nSOLACE_PASSWORD=second\nSOLACE_PASSWORD_=y",
        "\uFEFFSOLACE_PASSWORD=marked",
      })
  void readsAValueAsStripebridgeDoes(String line) throws Exception {
    String text = line + "\n" + COMPLETE.replace("SOLACE_PASSWORD=password-of-a-test\n", "");
    dotEnv(text);
    assertThat(stack("secrets")).isEqualTo(new Outcome(0, "", ""));
    DotEnv.Entry entry =
        DotEnv.parse(text).entries().stream()
            .filter(one -> one.key().equals("SOLACE_PASSWORD"))
            .findFirst()
            .orElseThrow();
    assertThat(secret("remote/solace_password"))
        .isEqualTo(Objects.requireNonNull(entry.value()).reveal());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SOLACE_PASSWORD=secret$x",
        "SOLACE_PASSWORD=${secret}",
        "SOLACE_PASSWORD=\"secret$x\"",
        "SOLACE_PASSWORD=\"secret\\n\"",
        "SOLACE_PASSWORD=\"secret\nline\"",
        "SOLACE_PASSWORD='secret",
        "SOLACE_PASSWORD='secret' x",
        "SOLACE_PASSWORD=secret\nSOLACE_PASSWORD=secret2",
      })
  void refusesAValueThatComposeMayReadDifferently(String line) throws Exception {
    dotEnv(line + "\n" + COMPLETE.replace("SOLACE_PASSWORD=password-of-a-test\n", ""));
    assertThat(stack("up"))
        .isEqualTo(
            failed(
                """
                error: cannot start stripebridge with these settings:
                  SOLACE_PASSWORD is in .env twice, or in a form that docker compose may read \
                differently
                hint:  put the value of SOLACE_PASSWORD into single quotes, or into a file: \
                SOLACE_PASSWORD_FILE=…
                """));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp://localhost:55555", "tcps://127.0.0.1:55443", "tcp://[::1]:55555"})
  void refusesABrokerInTheContainerItself(String address) throws Exception {
    dotEnv(COMPLETE.replace("tcps://broker.example.com:55443", address));
    assertThat(stack("up").err())
        .contains("SOLACE_HOST is " + address + ", which in a container is the container itself");
  }

  @Test
  void refusesFilesThatContainersCannotRead() throws Exception {
    dotEnv(COMPLETE + "SOLACE_TLS_CA_CERT_PATH=no.pem\n");
    Files.setPosixFilePermissions(
        tree.resolve("topology.yaml"), PosixFilePermissions.fromString("rw-------"));
    assertThat(stack("up"))
        .isEqualTo(
            failed(
                """
                error: cannot start stripebridge with these settings:
                  topology.yaml is not readable for the user in the containers
                  no.pem is not there
                hint:  chmod a+r topology.yaml
                """));
  }

  @Test
  void notesTheSettingsThatContainersDoNotGet() throws Exception {
    dotEnv(
        COMPLETE
            + """
            LOG_LEVEL=debug
            REDIS_URL=redis://:redis-password@x
            export INBOX_PATH = '/x'
            APP_TLS_KEY_PATH=
            ASYNC_SHUTDOWN_TIMEOUT_SECONDS=5
            E2E_STRIPE_ACCOUNT_ID=acct_1
            OTHER=1
            """);
    Outcome outcome = stack("up");
    assertThat(outcome.exitCode()).isEqualTo(0);
    assertThat(outcome.err().lines().filter(line -> !line.startsWith("+")))
        .containsExactly(
            "note:  compose.yaml does not use REDIS_URL of .env",
            "note:  compose.yaml does not use INBOX_PATH of .env",
            "note:  compose.yaml does not use ASYNC_SHUTDOWN_TIMEOUT_SECONDS of .env");
  }

  @Test
  void writesTheKeyOfTheStripeCli() throws Exception {
    dotEnv(COMPLETE + "STRIPE_API_KEY=rk_test_1aA\n");
    assertThat(stack("secrets", "stripe").exitCode()).isEqualTo(0);
    assertThat(secret("stripe/cli.toml"))
        .isEqualTo("[default]\ntest_mode_api_key = \"rk_test_1aA\"");
  }

  @ParameterizedTest
  @CsvSource({
    "sk_live_1, STRIPE_API_KEY is not a test key",
    "'sk_test_1\"x', STRIPE_API_KEY has letters that no key has"
  })
  void refusesAKeyThatTheStripeCliCannotUse(String key, String problem) throws Exception {
    dotEnv(COMPLETE + "STRIPE_API_KEY='" + key + "'\n");
    Outcome outcome = stack("up", "stripe");
    assertThat(outcome.err()).contains(problem).doesNotContain(key);
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(calls()).isEmpty();
  }

  @Test
  void asksTheStripeCliForItsSecret() throws Exception {
    dotEnv("STRIPE_API_KEY=sk_test_1\n");
    assertThat(stack("stripe-secret").exitCode()).isEqualTo(0);
    assertThat(calls())
        .containsExactly(
            "compose --env-file .env run --rm --no-deps -T stripe listen --print-secret");
  }

  @Test
  void provisionsTheBrokerOfDotEnv() throws Exception {
    dotEnv(COMPLETE);
    assertThat(stack("provision"))
        .isEqualTo(
            failed(
                """
                error: cannot provision the broker of .env:
                  SOLACE_SEMP_HOST is not set
                  SOLACE_SEMP_USERNAME is not set
                  SOLACE_SEMP_PASSWORD is not set
                """));
    dotEnv(COMPLETE + "SOLACE_SEMP_HOST=http://localhost:8080\n");
    assertThat(stack("provision").err())
        .contains(
            "  SOLACE_SEMP_HOST is http://localhost:8080,"
                + " which in a container is the container itself\n",
            "hint:  for a broker on this machine, write host.docker.internal in SOLACE_SEMP_HOST");
    dotEnv(
        COMPLETE
            + """
            SOLACE_SEMP_HOST=https://broker.example.com:943
            SOLACE_SEMP_USERNAME=admin
            SOLACE_SEMP_PASSWORD=semp-password
            """);
    assertThat(stack("provision", "--check").exitCode()).isEqualTo(0);
    assertThat(calls())
        .containsExactly(
            "compose --env-file .env build bridge",
            "compose --env-file .env run --rm provision provision"
                + " --topology /etc/stripebridge/topology.yaml --check");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          local sandbox | local and sandbox are two brokers
          replica       | there is no profile 'replica'
          """)
  void refusesProfilesThatDoNotFit(String profiles, String error) throws Exception {
    Outcome outcome =
        stack(
            Stream.concat(Stream.of("up"), Stream.of(profiles.split(" "))).toArray(String[]::new));
    assertThat(outcome.err()).startsWith("error: " + error + "\n");
    assertThat(outcome.exitCode()).isEqualTo(2);
  }

  @Test
  void saysWhereToLookWhenItDoesNotStart() throws Exception {
    docker("case $* in *version) ;; *) exit 1 ;; esac");
    assertThat(stack("up", "sandbox").err())
        .endsWith("error: not everything is healthy\nhint:  make logs says why\n");
  }

  @ParameterizedTest
  @CsvSource({
    "down, compose --profile * down",
    "logs, compose --profile * logs --follow --tail 100",
    "up-local, compose --env-file deploy/compose/local.env --profile local"
        + " up --detach --wait --wait-timeout 600",
    "up-monitoring P=sandbox, compose --env-file deploy/compose/sandbox.env --profile sandbox"
        + " --profile monitoring up --detach --wait --wait-timeout 600",
    "up P=sandbox, compose --env-file deploy/compose/sandbox.env --profile sandbox"
        + " up --detach --wait --wait-timeout 600",
    "'up PROFILES=sandbox P=replicas', compose --env-file deploy/compose/replicas.env"
        + " --profile replicas --env-file deploy/compose/sandbox.env --profile sandbox"
        + " up --detach --wait --wait-timeout 600",
  })
  void isWhatMakeRuns(String goal, String call) throws Exception {
    Path make =
        Stream.of("/usr/bin/make", "/bin/make", "/usr/local/bin/make", "/opt/homebrew/bin/make")
            .map(Path::of)
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow();
    Outcome outcome = run(make, goal.split(" "));
    assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(0);
    assertThat(calls()).containsExactly(call);
  }

  @Test
  void overridesDotEnvOnlyWithVariablesThatTheFileHas() throws Exception {
    String file = Files.readString(tree.resolve("compose.yaml"));
    try (Stream<Path> files = Files.list(tree.resolve("deploy/compose"))) {
      List<Path> overrides =
          files.filter(path -> path.getFileName().toString().endsWith(".env")).toList();
      assertThat(overrides).hasSize(3);
      assertThat(ComposeFile.variables(overrides.toArray(Path[]::new)).keySet())
          .allSatisfy(name -> assertThat(file).contains("${" + name + ":-"))
          .as(() -> overrides.stream().map(Path::toString).collect(joining(", ")));
    }
  }
}
