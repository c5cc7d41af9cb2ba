package stripebridge.acceptance.tidy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The rules for every file. Each rule reports its violations as `path:line: what`.
enum Rule {
  /// Two columns of code fit on a screen, and a diff fits on a page.
  LINES_HAVE_AT_MOST_100_COLUMNS {
    @Override
    List<String> violations(List<SourceFile> files) {
      return inLines(
          files,
          file -> !file.isTestResource() && !LONG_BY_NATURE.matcher(file.path()).find(),
          (file, line) -> {
            int columns = line.codePointCount(0, line.length());
            boolean free =
                line.contains("://")
                    || line.contains("@sha256:")
                    || (file.isMarkdown() && line.strip().startsWith("|"));
            return columns > COLUMNS_MAX && !free ? columns + " columns" : "";
          });
    }
  },

  NO_WHITE_SPACE_IS_USELESS {
    @Override
    List<String> violations(List<SourceFile> files) {
      List<String> found = new ArrayList<>();
      found.addAll(
          inLines(
              files,
              file -> !file.isTestResource() && !file.name().equals("LICENSE"),
              (file, line) -> {
                if (line.endsWith("\r")) {
                  return "a carriage return";
                }
                if (line.stripTrailing().length() < line.length()) {
                  return "blanks at the end";
                }
                return line.contains("\t") && !TABBED.matcher(file.path()).find() ? "a tab" : "";
              }));
      for (SourceFile file : files) {
        if (!file.isTestResource() && !file.text().isEmpty() && !file.text().endsWith("\n")) {
          found.add(file.path() + ": no newline at the end");
        }
      }
      return found;
    }
  },

  METHODS_HAVE_AT_MOST_70_LINES {
    @Override
    List<String> violations(List<SourceFile> files) {
      return MethodLengths.longerThan(
          METHOD_LINES_MAX, files.stream().filter(SourceFile::isJava).toList());
    }
  },

  /// A test that sleeps is slow when it passes and flaky when it does not.
  TESTS_DO_NOT_SLEEP {
    @Override
    List<String> violations(List<SourceFile> files) {
      return inLines(
          files,
          file -> file.isJava() && file.path().contains("/src/test/"),
          (_, line) ->
              SLEEP.matcher(line).find() ? "sleeps; wait for a condition with a deadline" : "");
    }
  },

  /// `make test` skips tests with a tag; `make test-faults` and `make test-image` run only the
  /// tests with theirs, and only in the modules whose POM says so.
  FAULT_SUITES_ARE_TAGGED {
    @Override
    List<String> violations(List<SourceFile> files) {
      List<String> found = new ArrayList<>();
      for (SourceFile file : files) {
        boolean isTest = file.path().contains("/src/test/java/") && file.stem().endsWith("Test");
        boolean isTagged = FAULTS_TAG.matcher(file.text()).find();
        if (isTest && !isTagged && disturbs(file)) {
          found.add(file.path() + ": restarts processes, so it needs @Tag(\"faults\")");
        }
        if (isTest && isTagged && !FAULTS_MODULE.matcher(file.path()).find()) {
          found.add(file.path() + ": make test-faults does not run tests of this module");
        }
        boolean isOfImage = IMAGE_TAG.matcher(file.text()).find();
        if (isTest && !isOfImage && file.text().contains("UnpackedImage.given(")) {
          found.add(file.path() + ": runs the image, so it needs @Tag(\"image\")");
        }
        if (isTest && isOfImage && !file.path().startsWith("acceptance/")) {
          found.add(file.path() + ": make test-image does not run tests of this module");
        }
      }
      return found;
    }

    private static boolean disturbs(SourceFile file) {
      return file.path().contains("/faults/")
          || file.text().contains("ServeProcess.start(")
          || KILLS_REDIS.matcher(file.text()).find();
    }
  },

  NO_FILE_NAMES_A_PATH_ON_ONE_MACHINE {
    @Override
    List<String> violations(List<SourceFile> files) {
      return inLines(
          files,
          _ -> true,
          (_, line) -> {
            Matcher matcher = MACHINE_PATH.matcher(line);
            return matcher.find() ? "names " + matcher.group() : "";
          });
    }
  },

  /// Finds types that nothing names, and documents that nothing links to.
  NO_FILE_IS_DEAD {
    @Override
    List<String> violations(List<SourceFile> files) {
      Map<String, Set<String>> words = new LinkedHashMap<>();
      for (SourceFile file : files) {
        words.put(
            file.path(),
            WORD.matcher(file.text())
                .results()
                .map(match -> match.group())
                .flatMap(Rule::withItsParts)
                .collect(Collectors.toSet()));
      }
      return files.stream()
          .filter(file -> isNamedByOthers(file) && isDead(file, words))
          .map(file -> file.path() + ": nothing names it")
          .toList();
    }
  },

  /// One word per idea: event, entry, envelope, message.
  NO_SYNONYM_IS_USED {
    @Override
    List<String> violations(List<SourceFile> files) {
      return inLines(
          files,
          file -> !file.isTestResource() && !file.path().startsWith("acceptance/"),
          (_, line) -> {
            for (Map.Entry<Pattern, String> synonym : SYNONYMS.entrySet()) {
              Matcher matcher = synonym.getKey().matcher(line);
              if (matcher.find()) {
                return "'" + matcher.group() + "'; we say '" + synonym.getValue() + "'";
              }
            }
            return "";
          });
    }
  },

  /// Readers should notice what a sentence says, not how it is built.
  NO_PHRASE_SOUNDS_TRANSLATED {
    @Override
    List<String> violations(List<SourceFile> files) {
      return files.stream()
          .filter(file -> file.isJava() || file.isMarkdown())
          // The list itself, and the texts that the tests of these rules plant.
          .filter(file -> !file.isTestResource() && !file.path().contains("/acceptance/tidy/"))
          .flatMap(file -> TranslatedPhrases.in(file).stream())
          .toList();
    }
  },

  /// The reader of a diff sees no inferred types.
  TYPES_ARE_WRITTEN {
    @Override
    List<String> violations(List<SourceFile> files) {
      return inLines(
          files,
          file -> file.isJava() && file.path().contains("/src/"),
          (_, line) ->
              !line.strip().startsWith("//") && INFERRED.matcher(line).find()
                  ? "'var'; write the type, or '_' in a pattern"
                  : "");
    }
  };

  private static final int COLUMNS_MAX = 100;
  private static final int METHOD_LINES_MAX = 70;

  /// Tools format POMs and JSON, SEMP's paths are long, completions, reference pages and manifests
  /// are generated, Helm's actions have no line breaks, and the licence keeps its publisher's text.
  private static final Pattern LONG_BY_NATURE =
      Pattern.compile(
          "\\.(xml|json|tsv)$|^semp-client/src/main/openapi/|^completions/|^docs/(reference|man)/"
              + "|^helm/[^/]+/templates/|^deploy/kubernetes/|^LICENSE$|^Makefile$");

  /// Formats that require tabs.
  private static final Pattern TABBED = Pattern.compile("^Makefile$|\\.tsv$");

  private static final Pattern SLEEP =
      Pattern.compile("Thread\\s*\\.\\s*sleep|TimeUnit\\.\\w+\\.sleep");
  private static final Pattern INFERRED =
      Pattern.compile("(?<![\\w.$])var\\s+[A-Za-z_]\\w*\\s*[=:,)]");
  private static final Pattern FAULTS_TAG = Pattern.compile("@Tag\\(\"faults\"\\)");
  private static final Pattern IMAGE_TAG = Pattern.compile("@Tag\\(\"image\"\\)");
  private static final Pattern FAULTS_MODULE = Pattern.compile("^(acceptance|service)/");
  private static final Pattern KILLS_REDIS =
      Pattern.compile("\\bredis\\w*\\.(kill|restart|freeze)\\(\\)", Pattern.CASE_INSENSITIVE);
  private static final Pattern MACHINE_PATH =
      Pattern.compile("(?<![\\w$}.*-])/(home|Users|root|work)/[A-Za-z0-9_-]+|\\bC:\\\\Users");
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_.-]*[A-Za-z0-9_]");
  private static final Map<Pattern, String> SYNONYMS =
      Map.of(
          word("(inbox|stored|waiting|parked) (items?|records?|rows?|jobs?)"), "entry",
          word("(stripe|webhook) notifications?"), "event",
          word("(broker|queued|spooled) (events?|items?|records?)"), "message",
          word("(normalized|canonical|enriched) (events?|messages?|payloads?)"), "envelope",
          word("dead[- ]letter queues?|dlq"), "dead message queue");

  private static Pattern word(String regex) {
    return Pattern.compile("\\b(" + regex + ")\\b", Pattern.CASE_INSENSITIVE);
  }

  /// The violations, in the order of the files.
  abstract List<String> violations(List<SourceFile> files);

  private interface LineCheck {
    /// The violation in the line; empty if the line is fine.
    String wrong(SourceFile file, String line);
  }

  private static List<String> inLines(
      List<SourceFile> files, Predicate<SourceFile> which, LineCheck check) {
    List<String> found = new ArrayList<>();
    for (SourceFile file : files) {
      if (which.test(file)) {
        int number = 0;
        for (String line : file.text().split("\n", -1)) {
          number++;
          String wrong = check.wrong(file, line);
          if (!wrong.isEmpty()) {
            found.add("%s:%d: %s".formatted(file.path(), number, wrong));
          }
        }
      }
    }
    return found;
  }

  /// Whether a file of this kind must be named in another file.
  private static boolean isNamedByOthers(SourceFile file) {
    if (file.isJava()) {
      // Test classes are found by their names, planted classes by their package.
      return !file.name().equals("package-info.java")
          && !file.stem().endsWith("Test")
          && !file.path().contains("/planted/");
    }
    // Manual pages refer to each other in a way of their own; ManPagesTest knows which there are.
    return file.path().startsWith("docs/")
        && !file.path().startsWith("docs/adr/")
        && !file.path().startsWith("docs/man/");
  }

  private static boolean isDead(SourceFile file, Map<String, Set<String>> words) {
    String name = file.isJava() ? file.stem() : file.name();
    return words.entrySet().stream()
        .filter(other -> !other.getKey().equals(file.path()))
        .noneMatch(other -> other.getValue().contains(name));
  }

  /// A word between dots counts too.
  private static Stream<String> withItsParts(String word) {
    return word.contains(".")
        ? Stream.concat(Stream.of(word), Stream.of(word.split("\\.", -1)))
        : Stream.of(word);
  }
}
