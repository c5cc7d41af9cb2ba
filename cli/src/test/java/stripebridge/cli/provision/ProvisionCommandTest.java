package stripebridge.cli.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static stripebridge.cli.ProvisionHarness.plan;

import com.solacesystems.jcsmp.JCSMPException;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.JCSMPProperties;
import com.solacesystems.jcsmp.JCSMPSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.cli.CliHarness;
import stripebridge.cli.ProvisionHarness;
import stripebridge.sandbox.SandboxOptions;

/// `provision` without failures.
class ProvisionCommandTest {
  private static final String ACCEPTED = "Findings accepted: audit-only, one-holds-all.\n";
  private static final String UNCHANGED = "No changes: 15 as wanted.\n" + ACCEPTED;

  @TempDir private Path folder;

  private ProvisionHarness harness() {
    return ProvisionHarness.shipped(folder);
  }

  @Test
  void createsEverythingOnAnEmptyBroker() {
    try (ProvisionHarness harness = harness()) {
      CliHarness.Run run = harness.run();
      assertThat(run.exitCode()).isZero();
      assertThat(run.err()).isEmpty();
      assertThat(run.out())
          .startsWith("Message VPN default at " + harness.broker().sempUri() + ", SEMP 2.")
          .doesNotContain("sesame");
      assertThat(plan(run))
          .isEqualTo(
              """
              + client profile stripe-bridge-client-profile
              + ACL profile stripe-bridge-acl
                  + publish exception stripe/webhook/v1/>
              + client username stripe-bridge-user
              + queue stripe.errors.dmq
              + queue stripe.payments.inbound
                  + subscription stripe/webhook/v1/payment_intent/>
              + queue stripe.subscriptions.inbound
                  + subscription stripe/webhook/v1/subscription/>
              + queue stripe.invoices.inbound
                  + subscription stripe/webhook/v1/invoice/>
              + queue stripe.customers.inbound
                  + subscription stripe/webhook/v1/customer/>
              + queue stripe.all.inbound
                  + subscription stripe/webhook/v1/>
              15 to create.
              Findings accepted: audit-only, one-holds-all.

              RESOURCE                              TYPE               STATUS
              stripe-bridge-client-profile          client profile     created
              stripe-bridge-acl                     ACL profile        created
                stripe/webhook/v1/>                 publish exception  created
              stripe-bridge-user                    client username    created
              stripe.errors.dmq                     queue              created
              stripe.payments.inbound               queue              created
                stripe/webhook/v1/payment_intent/>  subscription       created
              stripe.subscriptions.inbound          queue              created
                stripe/webhook/v1/subscription/>    subscription       created
              stripe.invoices.inbound               queue              created
                stripe/webhook/v1/invoice/>         subscription       created
              stripe.customers.inbound              queue              created
                stripe/webhook/v1/customer/>        subscription       created
              stripe.all.inbound                    queue              created
                stripe/webhook/v1/>                 subscription       created

              15 created.
              """);
      assertThat(run.out().lines()).allMatch(line -> line.length() <= 80);

      CliHarness.Run again = harness.run();
      assertThat(again.exitCode()).isZero();
      assertThat(plan(again)).isEqualTo(UNCHANGED);

      CliHarness.Run check = harness.run("--check", "--strict");
      assertThat(check.exitCode()).as(check.out()).isZero();
      assertThat(plan(check)).isEqualTo(UNCHANGED);
    }
  }

  @Test
  void allowsTheBridgeToConnect() throws JCSMPException {
    try (ProvisionHarness harness = harness().provisioned()) {
      connect(harness, "sesame-42").closeSession();
    }
  }

  private static JCSMPSession connect(ProvisionHarness harness, String password)
      throws JCSMPException {
    JCSMPProperties properties = new JCSMPProperties();
    properties.setProperty(JCSMPProperties.HOST, harness.broker().smfUri());
    properties.setProperty(JCSMPProperties.VPN_NAME, "default");
    properties.setProperty(JCSMPProperties.USERNAME, "stripe-bridge-user");
    properties.setProperty(JCSMPProperties.PASSWORD, password);
    JCSMPSession session = JCSMPFactory.onlyInstance().createSession(properties);
    session.connect();
    return session;
  }

  @Test
  void changesAPasswordOnlyWhenAsked() throws IOException, JCSMPException {
    try (ProvisionHarness harness = harness().provisioned()) {
      Files.writeString(folder.resolve("new"), "sesame-43\n");
      assertThat(harness.run("--solace-password-file", "new").exitCode()).isZero();
      connect(harness, "sesame-42").closeSession();

      CliHarness.Run set = harness.run("--set-password", "--solace-password-file", "new");
      assertThat(set.exitCode()).isZero();
      assertThat(plan(set))
          .startsWith("~ client username stripe-bridge-user  password from SOLACE_PASSWORD\n");
      connect(harness, "sesame-43").closeSession();
    }
  }

  @Test
  void readsAPasswordFromAnyVariable() throws IOException, JCSMPException {
    try (ProvisionHarness harness = harness()) {
      harness.topology(
          ProvisionHarness.shippedText().replace("${env:SOLACE_PASSWORD}", "${env:OTHER}"));
      CliHarness.Run missing = harness.run();
      assertThat(missing.exitCode()).isEqualTo(2);
      assertThat(missing.err())
          .isEqualTo(
              """
              error: cannot set the password of client username 'stripe-bridge-user': OTHER is not \
              set; nothing was changed
              hint:  set OTHER, or set OTHER_FILE to the file that contains it
              """);
      assertThat(plan(harness.run("--check"))).contains("15 to create.");

      Files.writeString(folder.resolve("other"), "sesame-44\n");
      harness.cli().env("OTHER_FILE", "other");
      harness.provisioned();
      connect(harness, "sesame-44").closeSession();
    }
  }

  @Test
  void changesNothingInADryRun() {
    try (ProvisionHarness harness = harness()) {
      CliHarness.Run dry = harness.run("--dry-run");
      assertThat(dry.exitCode()).isZero();
      assertThat(plan(dry)).contains("+ queue stripe.all.inbound\n").doesNotContain("RESOURCE");
      assertThat(plan(harness.run("--dry-run"))).isEqualTo(plan(dry));
    }
  }

  @Test
  void reportsDriftOfEveryKindOfAttribute() {
    try (ProvisionHarness harness = harness().provisioned()) {
      harness
          .queue("stripe.all.inbound", Map.of("maxRedeliveryCount", 0, "permission", "read-only"))
          .queue("stripe.invoices.inbound", Map.of("ingressEnabled", false))
          .queue("stripe.errors.dmq", Map.of("deadMsgQueue", "stripe.all.inbound"));
      harness.vpn().updateClientUsername("stripe-bridge-user", Map.of("enabled", false));
      harness
          .vpn()
          .updateAclProfile("stripe-bridge-acl", Map.of("publishTopicDefaultAction", "allow"));
      harness
          .vpn()
          .updateClientProfile(
              "stripe-bridge-client-profile", Map.of("allowGuaranteedMsgSendEnabled", false));

      CliHarness.Run check = harness.run("--check");
      assertThat(check.exitCode()).isEqualTo(3);
      assertThat(plan(check))
          .isEqualTo(
              """
              ~ client profile stripe-bridge-client-profile
                  allowGuaranteedMsgSendEnabled false → true
              ~ ACL profile stripe-bridge-acl  publishTopicDefaultAction allow → disallow
              ~ client username stripe-bridge-user  enabled false → true
              ~ queue stripe.errors.dmq  deadMsgQueue stripe.all.inbound → ""
              ~ queue stripe.invoices.inbound  ingressEnabled false → true
              ~ (interrupts) queue stripe.all.inbound
                  permission read-only → consume  (interrupts)
                  maxRedeliveryCount 0 → 5
              6 to update (1 interrupting), 9 unchanged.
              """
                  + ACCEPTED);
      assertThat(check.out().lines()).allMatch(line -> line.length() <= 80);

      assertThat(harness.run("--yes").exitCode()).isZero();
      assertThat(plan(harness.run("--check"))).isEqualTo(UNCHANGED);
    }
  }

  @Test
  void addsAndRemovesSubscriptions() {
    try (ProvisionHarness harness = harness().provisioned()) {
      harness.vpn().unsubscribe("stripe.all.inbound", "stripe/webhook/v1/>");
      harness.vpn().subscribe("stripe.all.inbound", "other/>");
      assertThat(plan(harness.run("--check")))
          .startsWith(
              """
                queue stripe.all.inbound
                  + subscription stripe/webhook/v1/>
                  ! extra subscription other/>  (--prune deletes it)
              1 to create, 1 extra, 14 unchanged.
              """);
      assertThat(harness.run().exitCode()).isZero();
      assertThat(harness.run("--check").exitCode()).as("the other one is extra").isEqualTo(3);

      assertThat(harness.run("--prune", "--yes").exitCode()).isZero();
      assertThat(plan(harness.run("--check"))).isEqualTo(UNCHANGED);
    }
  }

  @Test
  void omitsAttributesThatTheBrokerLacks() {
    String newest =
        ProvisionHarness.shippedText()
            .replace(
                "queueDefaults:\n",
                "queueDefaults:\n  respectDmqEligibleEnabled: false\n  partitionCount: 0\n");
    try (ProvisionHarness harness =
        new ProvisionHarness(folder, options -> options.withSempVersion("2.39"))) {
      harness.topology(newest);
      CliHarness.Run run = harness.run();
      assertThat(run.exitCode()).isZero();
      assertThat(plan(run))
          .contains("\n. respectDmqEligibleEnabled of 6 queues: left out, needs SEMP 2.49\n")
          .doesNotContain("partitionCount");
      assertThat(harness.run("--check").exitCode()).as("it is not drift").isZero();
    }
  }

  @Test
  void leavesForbiddenChangesToOthers() {
    try (ProvisionHarness harness =
        new ProvisionHarness(
            folder,
            options ->
                options.withSempUser(
                    SandboxOptions.SempUser.ofVpn("default", "tenant", "secret")))) {
      harness.topology(ProvisionHarness.shippedText());
      harness.cli().env("SOLACE_SEMP_USERNAME", "tenant").env("SOLACE_SEMP_PASSWORD", "secret");
      CliHarness.Run run = harness.run();
      assertThat(run.exitCode()).isEqualTo(3);
      assertThat(plan(run))
          .startsWith(
              """
              ? client profile stripe-bridge-client-profile:
                  not permitted, needs global read-write
              + ACL profile stripe-bridge-acl
                  + publish exception stripe/webhook/v1/>
              ? client username stripe-bridge-user:
                  needs client profile stripe-bridge-client-profile, which is missing
              + queue stripe.errors.dmq
              """)
          .contains("13 to create, 2 left to others.\n")
          .contains("stripe-bridge-client-profile          client profile     left\n")
          .contains("stripe.all.inbound                    queue              created\n");
      assertThat(run.err()).isEqualTo("2 objects left to others, marked ? above\n");

      harness
          .vpn()
          .createClientProfile(
              "stripe-bridge-client-profile",
              Map.of(
                  "allowGuaranteedMsgSendEnabled", true,
                  "allowGuaranteedMsgReceiveEnabled", true,
                  "rejectMsgToSenderOnNoSubscriptionMatchEnabled", true));
      assertThat(harness.run().exitCode()).as("others have made it").isZero();
      assertThat(plan(harness.run("--check"))).isEqualTo(UNCHANGED);
    }
  }

  @Test
  void comparesAnExternalProfileAndNeverWritesIt() {
    String external =
        ProvisionHarness.shippedText()
            .replace(
                "  stripe-bridge-client-profile:\n    allow",
                "  stripe-bridge-client-profile:\n    external: true\n    allow");
    try (ProvisionHarness harness = new ProvisionHarness(folder).topology(external)) {
      harness.vpn().createClientProfile("stripe-bridge-client-profile", Map.of());
      CliHarness.Run run = harness.run();
      assertThat(run.exitCode()).isEqualTo(3);
      assertThat(plan(run))
          .startsWith(
              """
              ? client profile stripe-bridge-client-profile: others own it
                  allowGuaranteedMsgSendEnabled false → true
                  allowGuaranteedMsgReceiveEnabled false → true
                  rejectMsgToSenderOnNoSubscriptionMatchEnabled false → true
              """)
          .contains("warning profile-cannot-send: ");
      assertThat(plan(harness.run("--check"))).startsWith("? client profile");
    }
  }

  @Test
  void failsOnAFindingWithStrict() {
    String silent =
        ProvisionHarness.shippedText().replace("DiscardBehavior: always", "DiscardBehavior: never");
    try (ProvisionHarness harness = new ProvisionHarness(folder).topology(silent)) {
      CliHarness.Run run = harness.run("--strict");
      assertThat(run.exitCode()).isEqualTo(3);
      assertThat(plan(run))
          .endsWith(
              """
              15 to create.

              warning discard-not-rejected: A queue that is full or shut down drops the
                message, but the broker acknowledges it.
                - queue stripe.payments.inbound has rejectMsgToSenderOnDiscardBehavior never
                - queue stripe.subscriptions.inbound has rejectMsgToSenderOnDiscardBehavior
                  never
                - queue stripe.invoices.inbound has rejectMsgToSenderOnDiscardBehavior never
                - queue stripe.customers.inbound has rejectMsgToSenderOnDiscardBehavior never
                - queue stripe.all.inbound has rejectMsgToSenderOnDiscardBehavior never
                fix: set rejectMsgToSenderOnDiscardBehavior to always
              Findings accepted: audit-only.
              """);
      assertThat(run.err())
          .startsWith("error: there are findings that are not accepted (--strict)\n");
      assertThat(plan(harness.run("--check"))).as("nothing was touched").contains("15 to create");
    }
  }

  @Test
  void printsJson() {
    try (ProvisionHarness harness = harness()) {
      CliHarness.Run run = harness.run("-o", "json");
      assertThat(run.exitCode()).isZero();
      assertThat(run.out())
          .startsWith("{\n  \"vpn\" : \"default\",\n  \"semp_version\" : \"2.")
          .contains("\"action\" : \"create\"")
          .contains("\"status\" : \"created\"")
          .contains("\"id\" : \"audit-only\"")
          .doesNotContain("sesame");
      harness.queue("stripe.all.inbound", Map.of("maxRedeliveryCount", 0));
      assertThat(harness.run("--check", "-o", "yaml").out())
          .contains(
              """
              - type: queue
                resource: stripe.all.inbound
                action: update
                reason: null
                attributes:
                - name: maxRedeliveryCount
                  old: 0
                  new: 5
                  interrupts: false
              """);
    }
  }

  @Test
  void exportsAnExistingBroker() {
    try (ProvisionHarness harness = harness().provisioned()) {
      CliHarness.Run exported = harness.run("--export", "stripe");
      assertThat(exported.exitCode()).isZero();
      harness.topology(exported.out());
      assertThat(plan(harness.run("--check", "--prune"))).startsWith("No changes: 15 as wanted.\n");

      assertThat(harness.run("--export", "str").err())
          .startsWith("error: cannot export 'str': it is too short");
      assertThat(harness.run("--export", "nothing-like-it").exitCode()).isEqualTo(2);
    }
  }

  @Test
  void refusesContradictions() {
    try (ProvisionHarness harness = harness()) {
      assertThat(harness.run("--check", "--destroy").exitCode()).isEqualTo(2);
      assertThat(harness.run("--export", "stripe.", "--prune").exitCode()).isEqualTo(2);
      assertThat(harness.run("--timeout", "0").exitCode()).isEqualTo(2);
      assertThat(harness.run("--rate", "-1").exitCode()).isEqualTo(2);
      assertThat(plan(harness.run("--check"))).contains("15 to create");
    }
  }
}
