package stripebridge.service.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListenExceptionTest {
  @ParameterizedTest
  @CsvSource({
    "8080, Address already in use, set APP_PORT (and ADMIN_PORT) to a free one",
    "80, Address already in use, set APP_PORT (and ADMIN_PORT) to a free one",
    "80, Permission denied, a port below 1024 takes a right",
    "8080, Permission denied, set APP_PORT (and ADMIN_PORT) to a free one",
    "8080, Cannot assign requested address, set APP_HOST to an address that this machine has",
    "8080, Can't assign requested address, set APP_HOST to an address that this machine has",
    "8080, there is no such host, set APP_HOST to an address that this machine has",
  })
  void saysWhatHelps(int port, String seen, String hint) {
    assertThat(ListenException.at("h", port, seen).hint()).startsWith(hint);
  }

  @Test
  void saysWhereAndWhatWasSeen() {
    assertThat(ListenException.at("192.0.2.1", 80, "Permission denied"))
        .hasMessage("cannot listen on 192.0.2.1 port 80: Permission denied");
  }
}
