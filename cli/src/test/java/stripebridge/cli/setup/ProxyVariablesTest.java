package stripebridge.cli.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.setup.ProxyVariables.HttpProxy;

class ProxyVariablesTest {
  private static final URI HTTPS = URI.create("https://repo.example.com/a.jar");

  private static Optional<HttpProxy> proxy(URI url, String... variables) {
    Map<String, String> environment =
        switch (variables.length) {
          case 0 -> Map.of();
          case 2 -> Map.of(variables[0], variables[1]);
          default -> Map.of(variables[0], variables[1], variables[2], variables[3]);
        };
    return new ProxyVariables(environment).of(url);
  }

  @Test
  void readsTheVariableOfTheScheme() {
    URI http = URI.create("http://repo.example.com/a.jar");
    assertThat(proxy(HTTPS)).isEmpty();
    assertThat(proxy(HTTPS, "http_proxy", "http://p:1")).isEmpty();
    assertThat(proxy(http, "http_proxy", "http://p:1"))
        .contains(new HttpProxy("p", 1, Optional.empty()));
    assertThat(proxy(HTTPS, "HTTPS_PROXY", "p:3128"))
        .contains(new HttpProxy("p", 3128, Optional.empty()));
    assertThat(proxy(HTTPS, "https_proxy", "http://lower", "HTTPS_PROXY", "http://upper"))
        .contains(new HttpProxy("lower", 80, Optional.empty()));
    assertThat(proxy(HTTPS, "all_proxy", "http://joe:secret@p:1"))
        .contains(new HttpProxy("p", 1, Optional.of("joe:secret")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          repo.example.com            | true
          example.com                 | true
          .example.com                | true
          *.example.com               | true
          EXAMPLE.com                 | true
          *                           | true
          localhost, example.com      | true
          example.com:443             | true
          example.com:8443            | false
          ample.com                   | false
          other.example.com           | false
          """)
  void exemptsTheHostsOfNoProxy(String value, boolean isExempt) {
    assertThat(proxy(HTTPS, "https_proxy", "http://p:1", "no_proxy", value).isEmpty())
        .isEqualTo(isExempt);
  }

  @ParameterizedTest
  @CsvSource({"socks5://joe:secret@p:1", "https://joe:secret@p", "http://joe:secret@", "http:// "})
  void refusesAnotherKindOfProxyWithoutItsPassword(String value) {
    assertThatThrownBy(() -> proxy(HTTPS, "https_proxy", value))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("https_proxy")
        .hasMessageNotContaining("secret");
  }
}
