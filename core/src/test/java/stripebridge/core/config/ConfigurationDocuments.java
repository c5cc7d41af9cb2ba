package stripebridge.core.config;

import java.util.List;
import java.util.stream.Collectors;

/// The documents that are made from the table of settings.
final class ConfigurationDocuments {
  private static final int COLUMNS_MAX = 96;

  private static final String REFERENCE_HEAD =
      """
      # Configuration

      Made from the table in the code by `make golden`.

      ## Where a value comes from

      The first of these that has one:

      1. the option of the command
      2. the environment variable
      3. `.env` in the working directory
      4. the default

      `NAME_FILE` in place of `NAME` names a file that has the value; one newline at its end is
      not part of it. Within one source `NAME` and `NAME_FILE` exclude each other. A secret has no
      option of its own, only one that names its file. An empty variable counts as not set; an
      option with an empty argument is refused. Spaces around a value are dropped, except around a
      password. Names take any case; `yes`, `on` and `1` are true, `no`, `off` and `0` are false.

      A command requires only what it needs, but refuses every illegal value that is in effect, and
      reports all problems at once. `SOLACE_SEMP_TOKEN` replaces a user and password of a weaker
      source, and the other way round; in one source they exclude each other.

      ## `.env`

      ```
      # a comment
      KEY=value                   up to the end of the line, or to a # after a space
      export KEY=value            the same
      KEY='value'                 as it stands, on one line
      KEY="value"                 may span lines; escapes: \\n \\r \\t \\" \\\\ \\$
      ```

      Nothing is expanded: `${` must be in single quotes or escaped. A key set twice, any other
      line, and an unknown key that begins like one of the settings below (`SOLACE_…`, `APP_…`) are
      problems. Keys of other programs are left alone, as are all unknown variables of the
      environment.
      """;

  private static final String EXAMPLE_HEAD =
      """
      # Settings of stripebridge. Copy to .env, and fill in what is empty.
      # docs/reference/configuration.md has the values each takes. Options and environment variables
      # come before this file. NAME_FILE=path in place of NAME=value reads the value from a file.
      """;

  private ConfigurationDocuments() {}

  static String reference() {
    StringBuilder page = new StringBuilder(REFERENCE_HEAD);
    for (SettingGroup subject : SettingGroup.values()) {
      page.append("\n## ").append(subject.title()).append("\n\nWhat it takes to ");
      page.append(subject.purpose()).append(".\n\n");
      page.append("| variable | option | value | default | |\n|---|---|---|---|---|\n");
      Settings.of(subject).forEach(setting -> page.append(row(setting)));
    }
    return page.toString();
  }

  static String example() {
    StringBuilder file = new StringBuilder(EXAMPLE_HEAD);
    for (SettingGroup subject : SettingGroup.values()) {
      file.append("\n\n# ").append(subject.title()).append('\n');
      Settings.of(subject).forEach(setting -> file.append(lines(setting)));
    }
    return file.toString();
  }

  private static String row(Setting<?> setting) {
    return "| `%s` | `%s` | %s | %s | %s |\n"
        .formatted(
            setting,
            setting.option(),
            setting.type().allowed(),
            fallback(setting),
            setting.sentence() + required(setting));
  }

  private static String required(Setting<?> setting) {
    return setting.requiredBy().isEmpty()
        ? ""
        : setting.requiredBy().stream()
            .map(SettingGroup::purpose)
            .collect(Collectors.joining(" and to ", " **Required** to ", "."));
  }

  private static String fallback(Setting<?> setting) {
    Setting<?> sameAs = setting.sameAs();
    if (sameAs != null) {
      return "`" + sameAs + "`";
    }
    return setting.fallback().isEmpty() ? "" : "`" + setting.fallback() + "`";
  }

  private static String lines(Setting<?> setting) {
    Setting<?> sameAs = setting.sameAs();
    String note = sameAs == null ? "" : " Default: " + sameAs + ".";
    boolean isActive = !setting.example().isEmpty() || !setting.requiredBy().isEmpty();
    String value = setting.example().isEmpty() ? setting.fallback() : setting.example();
    return "\n"
        + comment(setting.sentence() + note)
        + (isActive ? "" : "#")
        + setting
        + "="
        + value
        + "\n";
  }

  private static String comment(String text) {
    StringBuilder lines = new StringBuilder("#");
    int column = 1;
    for (String word : List.of(text.split(" "))) {
      if (column + 1 + word.length() > COLUMNS_MAX) {
        lines.append("\n#");
        column = 1;
      }
      lines.append(' ').append(word);
      column += 1 + word.length();
    }
    return lines.append('\n').toString();
  }
}
