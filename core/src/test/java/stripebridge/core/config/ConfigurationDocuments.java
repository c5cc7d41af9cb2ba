package stripebridge.core.config;

import java.util.List;
import java.util.stream.Collectors;

/// The documents that are generated from the table of settings.
final class ConfigurationDocuments {
  private static final int COLUMNS_MAX = 96;

  private static final String REFERENCE_HEAD =
      """
      # Configuration

      Generated from the table in the code by `make golden`.

      ## Where a value comes from

      The first of these that has a value wins:

      1. the command-line option
      2. the environment variable
      3. `.env` in the working directory
      4. the default

      Instead of `NAME`, `NAME_FILE` can name a file that holds the value; one newline at the end
      of the file is removed. Within one source, `NAME` and `NAME_FILE` exclude each other. A secret
      has no option of its own, only one that names its file. An empty variable counts as not set;
      an option with an empty argument is refused. Spaces around a value are removed, except around
      a secret. Enumerated values ignore case; `yes`, `on` and `1` mean true, `no`, `off` and `0`
      mean false.

      A command requires only the settings that it uses, but refuses every illegal value in effect.
      It reports all problems at once. `SOLACE_SEMP_TOKEN` overrides a username and password from a
      weaker source, and vice versa; in one source they exclude each other.

      ## `.env`

      ```
      # a comment
      KEY=value                   up to the end of the line, or to a # after a space
      export KEY=value            the same
      KEY='value'                 literal, on one line
      KEY="value"                 may span lines; escapes: \\n \\r \\t \\" \\\\ \\$
      ```

      Nothing is expanded: `${` must be in single quotes or escaped. These are problems: a key set
      twice, any other kind of line, and an unknown key that begins like one of the settings below
      (`SOLACE_…`, `APP_…`). Other programs' keys are ignored, and so are all unknown environment
      variables.
      """;

  private static final String EXAMPLE_HEAD =
      """
      # Settings of stripebridge. Copy this file to .env and fill in the empty values.
      # docs/reference/configuration.md describes the legal values. Options and environment
      # variables override this file. NAME_FILE=path instead of NAME=value reads the value from a
      # file.
      """;

  private ConfigurationDocuments() {}

  static String reference() {
    StringBuilder page = new StringBuilder(REFERENCE_HEAD);
    for (SettingGroup group : SettingGroup.values()) {
      page.append("\n## ").append(group.title()).append("\n\nNeeded to ");
      page.append(group.purpose()).append(".\n\n");
      page.append("| variable | option | value | default | |\n|---|---|---|---|---|\n");
      Settings.of(group).forEach(setting -> page.append(row(setting)));
    }
    return page.toString();
  }

  static String example() {
    StringBuilder file = new StringBuilder(EXAMPLE_HEAD);
    for (SettingGroup group : SettingGroup.values()) {
      file.append("\n\n# ").append(group.title()).append('\n');
      Settings.of(group).forEach(setting -> file.append(lines(setting)));
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
            setting.description() + required(setting));
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
    return setting.defaultText().isEmpty() ? "" : "`" + setting.defaultText() + "`";
  }

  private static String lines(Setting<?> setting) {
    Setting<?> sameAs = setting.sameAs();
    String note = sameAs == null ? "" : " Default: " + sameAs + ".";
    boolean isActive = !setting.example().isEmpty() || !setting.requiredBy().isEmpty();
    String value = setting.example().isEmpty() ? setting.defaultText() : setting.example();
    return "\n"
        + comment(setting.description() + note)
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
