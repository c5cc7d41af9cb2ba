package stripebridge.acceptance.deploy.systemd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stripebridge.acceptance.Project;

/// A unit file of systemd, or a drop-in.
///
/// @param options in their order
record UnitFile(List<Option> options) {
  static final Path FOLDER = Project.root().resolve("deploy/systemd");

  private static final Pattern OPTION = Pattern.compile("([A-Za-z]+)=(.*)");

  /// What a specifier stands for in a unit of the system.
  private static final Map<String, String> SPECIFIERS =
      Map.of("%S", "/var/lib", "%E", "/etc", "%d", "/run/credentials/stripebridge.service");

  /// @param line of the file, from 1
  record Option(int line, String section, String name, String value) {}

  static UnitFile ofProject(String name) throws IOException {
    return parse(Files.readString(FOLDER.resolve(name)));
  }

  /// Parses the kind of file that we write: without continued lines.
  static UnitFile parse(String text) {
    List<Option> options = new ArrayList<>();
    String section = "";
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      Matcher option = OPTION.matcher(line);
      if (line.startsWith("[") && line.endsWith("]")) {
        section = line.substring(1, line.length() - 1);
      } else if (option.matches() && !line.endsWith("\\")) {
        options.add(new Option(number, section, option.group(1), option.group(2)));
      } else if (!line.isBlank() && !line.startsWith("#")) {
        throw new IllegalArgumentException("line " + number + ": neither an option nor a comment");
      }
    }
    return new UnitFile(List.copyOf(options));
  }

  /// This unit with a drop-in: the options of the drop-in come later.
  UnitFile with(UnitFile dropIn) {
    List<Option> all = new ArrayList<>(options);
    all.addAll(dropIn.options);
    return new UnitFile(List.copyOf(all));
  }

  /// The values of a list, specifiers expanded.
  List<String> values(String name) {
    return options.stream()
        .filter(option -> option.name().equals(name))
        .map(option -> expanded(option.value()))
        .toList();
  }

  /// The value of an option that counts once: the last.
  Optional<String> value(String name) {
    return values(name).stream().reduce((_, last) -> last);
  }

  /// What `Environment=` sets.
  Map<String, String> environment() {
    Map<String, String> found = new LinkedHashMap<>();
    for (String assignment : values("Environment")) {
      String[] parts = assignment.split("=", 2);
      found.put(parts[0], parts[1]);
    }
    return found;
  }

  private static String expanded(String value) {
    String found = value;
    for (Map.Entry<String, String> specifier : SPECIFIERS.entrySet()) {
      found = found.replace(specifier.getKey(), specifier.getValue());
    }
    return found;
  }
}
