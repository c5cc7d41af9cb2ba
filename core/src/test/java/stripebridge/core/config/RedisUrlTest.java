package stripebridge.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.config.RedisUrl.Server;
import stripebridge.core.config.RedisUrl.Servers;
import stripebridge.core.config.ValueType.Parsed;

class RedisUrlTest {
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      emptyValue = "",
      value = {
        "redis://cache, false, cache, 6379, '', '', 0, redis://cache:6379/0",
        "rediss://[::1]:7000/3, true, ::1, 7000, '', '', 3, rediss://[::1]:7000/3",
        "redis://:p%40ss+1@my_c/, false, my_c, 6379, '', p@ss+1, 0, redis://:***@my_c:6379/0",
        "redis://app:p@ss/#?w@h:1/2, false, h, 1, app, p@ss/#?w, 2, redis://app:***@h:1/2",
        "redis://lone@h, false, h, 6379, '', lone, 0, redis://:***@h:6379/0",
      })
  void readsAUrlAndPrintsItMasked(
      String text,
      boolean tls,
      String host,
      int port,
      String username,
      String password,
      int database,
      String printed) {
    RedisUrl.Servers servers = new Servers.Single(new Server(host, port));
    RedisUrl url = new RedisUrl(tls, servers, username, new Secret(password), database);

    assertThat(RedisUrl.TYPE.parse(text)).isEqualTo(new Parsed.Value<>(url));
    assertThat(url).hasToString(printed);
    assertThat(RedisUrl.TYPE.shown().apply(text)).isEqualTo(printed);
  }

  @ParameterizedTest
  @CsvSource({
    "'redis+sentinel://:p@a,b:7/main/3', 'redis+sentinel://:***@a:26379,b:7/main/3'",
    "'rediss+sentinel://a/main', 'rediss+sentinel://a:26379/main/0'",
    "'redis+cluster://u:p@[::1]:1,b', 'redis+cluster://u:***@[::1]:1,b:6379/0'",
    "'rediss+cluster://a/', 'rediss+cluster://a:6379/0'",
  })
  void knowsSentinelsAndClusters(String text, String printed) {
    assertThat(RedisUrl.of(text).orElseThrow()).hasToString(printed);
  }

  @Test
  void comparesPlacesAndIgnoresTheLogin() {
    RedisUrl url = RedisUrl.of("redis://h/1").orElseThrow();
    assertThat(url.isSamePlaceAs(RedisUrl.of("redis://u:p@h:6379/1").orElseThrow())).isTrue();
    assertThat(url.isSamePlaceAs(RedisUrl.of("redis://h/2").orElseThrow())).isFalse();
    assertThat(url.isSamePlaceAs(RedisUrl.of("redis://g/1").orElseThrow())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cache:6379",
        "redis://a,b/0",
        "redis+sentinel://a,b",
        "redis+sentinel://a,,b/main",
        "redis+cluster://a,b/1",
        "redis+other://a",
        "http://s3cret@h",
        "redis://u:s3cret%4@h",
        "redis://u:s3cret@",
        "redis://h/x",
        "redis://h:70000",
        "redis://h/0?x=s3cret",
        "redis://h/1/2",
        "redis://u:s3cret@h h"
      })
  void refusesAnyOtherUrlWithoutQuotingIt(String text) {
    assertThat(RedisUrl.TYPE.parse(text))
        .isEqualTo(
            Parsed.refused(
                "must be like redis://user:password@host:6379/0, or redis+sentinel://host,host/"
                    + "master/0, or redis+cluster://host,host (rediss for TLS; a '%' in the"
                    + " password is written %25)"));
    assertThat(RedisUrl.TYPE.shown().apply(text)).isEqualTo("***");
  }

  @Test
  void isASecret() {
    assertThat(RedisUrl.TYPE.isSecret()).isTrue();
  }
}
