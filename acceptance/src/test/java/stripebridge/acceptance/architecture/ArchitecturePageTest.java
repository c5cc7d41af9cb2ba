package stripebridge.acceptance.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import stripebridge.acceptance.Project;

/// `docs/architecture.md` draws the modules as [ModuleMap] has them, and names each package once.
class ArchitecturePageTest {
  private static final Pattern ARROW = Pattern.compile("(?m)^(\\S+) ──▶ (.+?)(?:  .*)?$");
  private static final Pattern HEADER = Pattern.compile("\\| package of (\\S+) \\|.*");
  private static final Pattern ROW = Pattern.compile("\\| `([a-z.]+)` \\|.*");
  private static final String SOURCES = "src/main/java";

  @Test
  void drawsWhatEachModuleUses() throws IOException {
    assertThat(arrows(page())).isEqualTo(ModuleMap.uses());
  }

  @Test
  void namesEachPackageOnce() throws IOException {
    assertThat(rows(page())).containsExactlyInAnyOrderElementsOf(packages());
  }

  @Test
  void readsArrows() {
    assertThat(arrows("cli ──▶ relay, core    commands\ncore ──▶ nothing of ours\nother\n"))
        .isEqualTo(Map.of("cli", Set.of("relay", "core"), "core", Set.of()));
  }

  @Test
  void readsRows() {
    String page = "| `before` | |\n\n| package of a | contents |\n| --- | --- |\n| `a.b` | c |\n";
    assertThat(rows(page)).containsExactly("a: a.b");
    assertThat(rows(page + "\n| `other` | |\n")).containsExactly("a: a.b");
  }

  private static String page() throws IOException {
    return Files.readString(Project.root().resolve("docs/architecture.md"));
  }

  /// The modules by their packages, each with what its arrow points to.
  private static Map<String, Set<String>> arrows(String page) {
    return ARROW
        .matcher(page)
        .results()
        .collect(
            Collectors.toMap(
                arrow -> ModuleMap.packageOf(arrow.group(1)),
                arrow ->
                    Arrays.stream(arrow.group(2).split(", ", -1))
                        .filter(module -> !module.equals("nothing of ours"))
                        .map(ModuleMap::packageOf)
                        .collect(Collectors.toSet())));
  }

  /// `module: package` for each row of the tables of packages.
  private static List<String> rows(String page) {
    List<String> rows = new ArrayList<>();
    String module = "";
    for (String line : page.lines().toList()) {
      Matcher header = HEADER.matcher(line);
      Matcher row = ROW.matcher(line);
      if (header.matches()) {
        module = header.group(1);
      } else if (!line.startsWith("|")) {
        module = "";
      } else if (!module.isEmpty() && row.matches()) {
        rows.add(module + ": " + row.group(1));
      }
    }
    return rows;
  }

  /// `module: package` for each `package-info.java`.
  private static List<String> packages() throws IOException {
    List<String> packages = new ArrayList<>();
    for (Path module : children(Project.root())) {
      Path sources = module.resolve(SOURCES);
      if (Files.isDirectory(sources)) {
        try (Stream<Path> files = Files.walk(sources)) {
          files
              .filter(file -> file.endsWith("package-info.java"))
              .map(file -> sources.resolve("stripebridge").relativize(file.getParent()))
              .map(folder -> folder.toString().replace(folder.getFileSystem().getSeparator(), "."))
              .forEach(name -> packages.add(module.getFileName() + ": " + name));
        }
      }
    }
    return packages;
  }

  private static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.toList();
    }
  }
}
