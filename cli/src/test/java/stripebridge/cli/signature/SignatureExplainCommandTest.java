package stripebridge.cli.signature;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.net.Webhook;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.cli.CliHarness;

class SignatureExplainCommandTest {
  private static final String BODY = "{\n  \"id\": \"evt_1\"\n}";
  private static final String SECRET = "whsec_cli";

  @TempDir private Path folder;

  private CliHarness cli() {
    return new CliHarness(folder)
        .file("body.json", BODY)
        .env("STRIPE_WEBHOOK_SECRET", "old=whsec_other," + SECRET);
  }

  private static String header(long offsetSeconds) {
    try {
      return Webhook.Signature.generateSignatureHeader(
          BODY, SECRET, CliHarness.NOW.getEpochSecond() + offsetSeconds);
    } catch (Exception e) {
      throw new AssertionError("stripe-java could not sign", e);
    }
  }

  private CliHarness.Run explain(String header) {
    return cli().run("signature", "explain", "--header", header, "--body", "body.json");
  }

  @Test
  void confirmsAGenuineSignature() {
    assertThat(explain(header(0)))
        .isEqualTo(
            new CliHarness.Run(
                0,
                """
                verdict  genuine
                cause    none

                The signature is valid; it was made with secret 2.
                """,
                ""));
  }

  @Test
  void distinguishesTheWaysToBreakAHeader() {
    String whole = header(0);
    assertThat(cli().run("signature", "explain", "--body", "body.json").out())
        .contains("header_missing");
    assertThat(explain("nonsense").out()).contains("header_malformed");
    assertThat(explain(whole.substring(0, 40)).out()).contains("header_cut");
    assertThat(explain(whole.replace("v1=", " v1=")).out()).contains("header_rewritten");
    assertThat(explain(header(-4000)).out()).contains("timestamp_too_old").contains("clock");
    assertThat(explain(header(4000)).out()).contains("timestamp_in_future").contains("clock");
    assertThat(explain(whole.replaceFirst("v1=.{4}", "v1=0000")).out()).contains("secret_or_body");
  }

  @Test
  void exitsWith3ForAnInvalidSignature() {
    assertThat(explain(header(4000)).exitCode()).isEqualTo(3);
  }

  @Test
  void verifiesAsOfAnotherTime() {
    CliHarness.Run run =
        cli()
            .run(
                "signature",
                "explain",
                "--header",
                header(-4000),
                "--body",
                "body.json",
                "--at",
                CliHarness.NOW.minusSeconds(4000).toString());
    assertThat(run.exitCode()).isEqualTo(0);
  }

  @Test
  void recognizesAReserializedBody() {
    CliHarness.Run run =
        cli()
            .stdin("{\"id\":\"evt_1\"}")
            .run("signature", "explain", "--header", header(0), "--body", "-", "-o", "json");
    assertThat(run.out()).contains("\"cause\" : \"body_reserialized\"");
  }

  @Test
  void requiresASecret() {
    CliHarness.Run run =
        new CliHarness(folder)
            .file("body.json", BODY)
            .run("signature", "explain", "--body", "body.json");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("STRIPE_WEBHOOK_SECRET");
  }

  @Test
  void takesEitherACaptureOrABody() {
    for (String[] args :
        new String[][] {
          {"signature", "explain"},
          {"signature", "explain", "--capture", "body.json", "--body", "body.json"},
          {"signature", "explain", "--capture", "body.json", "--header", "t=1,v1=2"}
        }) {
      CliHarness.Run run = cli().run(args);
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err()).contains("--capture");
    }
  }

  @Test
  void refusesAFileThatIsNotACapture() {
    assertThat(cli().run("signature", "explain", "--capture", "body.json"))
        .isEqualTo(
            new CliHarness.Run(
                2,
                "",
                """
                error: cannot read 'body.json' as a capture: it has no "format"
                hint:  pass a file that 'serve --capture-refused' wrote, or a body with --body FILE
                """));
  }

  @Test
  void saysWhereThereAreNoCaptures() {
    CliHarness.Run unset = cli().run("signature", "captures");
    assertThat(unset.exitCode()).isEqualTo(2);
    assertThat(unset.err()).contains("CAPTURE_REFUSED is not set");
    CliHarness.Run missing = cli().run("signature", "captures", "--capture-refused", "none");
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.err()).contains("cannot list captures in 'none': it does not exist");
    assertThat(cli().run("signature", "captures", "--capture-refused", "."))
        .isEqualTo(new CliHarness.Run(0, "", "no captures in .\n"));
  }
}
