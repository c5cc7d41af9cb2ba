package stripebridge.cli.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.cli.setup.LibrarySource.OnDisk;
import stripebridge.cli.setup.LibrarySource.OnWeb;

class LibrarySourceTest {
  private static final Path HERE = Path.of("/here");

  private static LibrarySource of(@Nullable String from) {
    return LibrarySource.of(from, HERE, new ClientLibrary("1.2", "00", "L", "https://l"));
  }

  @ParameterizedTest
  @CsvSource({
    ", https://repo.maven.apache.org/maven2/com/solacesystems/sol-jcsmp/1.2/sol-jcsmp-1.2.jar",
    "https://m/repo, https://m/repo/com/solacesystems/sol-jcsmp/1.2/sol-jcsmp-1.2.jar",
    "https://m/repo/, https://m/repo/com/solacesystems/sol-jcsmp/1.2/sol-jcsmp-1.2.jar",
    "HTTP://m:8081/a/x.jar?token=t, http://m:8081/a/x.jar?token=t",
  })
  void isAJarOrARepository(@Nullable String from, String url) {
    assertThat(of(from))
        .isInstanceOfSatisfying(OnWeb.class, web -> assertThat(web.url()).hasToString(url));
  }

  @ParameterizedTest
  @CsvSource({"a b.jar, /here/a b.jar", "/x/y.jar, /x/y.jar", "file:///x/y.jar, /x/y.jar"})
  void isAFile(String from, Path file) {
    assertThat(of(from)).isEqualTo(new OnDisk(file));
  }

  @Test
  void showsNeitherLoginNorToken() {
    assertThat(of("https://joe:secret@m/x.jar?token=secret"))
        .hasToString("https://m/x.jar")
        .isInstanceOfSatisfying(OnWeb.class, web -> assertThat(web.login()).contains("joe:secret"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://secret@m/x.jar", "https:///secret.jar", "http://secret m/"})
  void refusesTheRestWithoutRepeatingIt(String from) {
    assertThatThrownBy(() -> of(from))
        .isInstanceOfSatisfying(
            CommandFailure.class,
            failure -> assertThat(failure.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessageStartingWith("cannot use the place that --from names: ")
        .hasMessageNotContaining("secret");
  }
}
