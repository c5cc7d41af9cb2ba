package stripebridge.acceptance.deploy.image;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import stripebridge.core.config.Setting;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.config.Settings;

/// The rules for the Dockerfile. Each one reports its violations in words.
enum ImageRule {
  /// Kubernetes sees only of a number that it is not root (`runAsNonRoot`).
  THE_USER_IS_A_NUMBER_AND_NOT_ROOT {
    @Override
    List<String> violations(Dockerfile file) {
      String user = file.config().user();
      return user.matches("[1-9]\\d*(:[1-9]\\d*)?")
          ? List.of()
          : List.of("USER '" + user + "': expected a number other than 0");
    }
  },

  /// A tag moves, so the digest decides; the tag says what it is.
  BASES_ARE_PINNED {
    @Override
    List<String> violations(Dockerfile file) {
      List<String> found = new ArrayList<>();
      for (int at = 0; at < file.stages().size(); at++) {
        Dockerfile.Stage stage = file.stages().get(at);
        boolean isStage = Dockerfile.named(stage.from(), file.stages().subList(0, at)).isPresent();
        if (!isStage
            && !stage.from().equals("scratch")
            && !PINNED.matcher(stage.from()).matches()) {
          found.add(
              "line %d: FROM %s: expected image:version@sha256:digest"
                  .formatted(stage.line(), stage.from()));
        }
      }
      return found;
    }
  },

  /// `ADD` unpacks archives and fetches from the network, unseen.
  NOTHING_IS_ADDED {
    @Override
    List<String> violations(Dockerfile file) {
      return instructions(file, "ADD")
          .map(one -> "line %d: ADD: use COPY".formatted(one.line()))
          .toList();
    }
  },

  /// `docker history` shows both.
  NO_ARGUMENT_OR_VARIABLE_IS_SECRET {
    @Override
    List<String> violations(Dockerfile file) {
      Stream<String> globals = file.globalArgs().keySet().stream().map(name -> "ARG " + name);
      Stream<String> others =
          Stream.of("ARG", "ENV")
              .flatMap(keyword -> instructions(file, keyword))
              .flatMap(one ->
                  one.words(Map.of()).stream()
                      .map(word -> one.keyword() + " " + word.split("=", 2)[0]));
      return Stream.concat(globals, others)
          .filter(named -> SECRET.matcher(named).find())
          .map(named -> named + ": pass secrets when the container starts")
          .toList();
    }
  },

  /// A shell would be process 1 and would not pass SIGTERM on. The exec form is all that the reader
  /// takes; here no shell is in it.
  NO_SHELL_IS_PROCESS_1 {
    @Override
    List<String> violations(Dockerfile file) {
      ImageConfig config = file.config();
      List<String> found = new ArrayList<>();
      if (config.entrypoint().isEmpty() || SHELL.matcher(config.entrypoint().getFirst()).find()) {
        found.add("ENTRYPOINT " + config.entrypoint() + ": expected the launcher");
      }
      if (config.cmd().isEmpty()) {
        found.add("there is no CMD: expected what runs by default");
      }
      if (config.healthcheck().isEmpty()) {
        found.add("there is no HEALTHCHECK");
      }
      return found;
    }
  },

  COPIED_FILES_EXIST {
    @Override
    List<String> violations(Dockerfile file) {
      return file.stages().stream()
          .flatMap(stage ->
              stage.instructions("COPY").stream()
                  .filter(copy -> copy.flag("from").isPresent())
                  .filter(copy -> {
                    int at = file.stages().indexOf(stage);
                    return Dockerfile.named(
                            copy.flag("from").orElseThrow(), file.stages().subList(0, at))
                        .isEmpty();
                  })
                  .map(copy ->
                      "line %d: COPY --from=%s: no earlier stage has this name"
                          .formatted(copy.line(), copy.flag("from").orElseThrow())))
          .toList();
    }
  },

  PORTS_ARE_THOSE_OF_THE_SETTINGS {
    @Override
    List<String> violations(Dockerfile file) {
      Set<String> exposed = new TreeSet<>();
      file.config().ports().forEach(port -> exposed.add(port.toString()));
      Set<String> set = new TreeSet<>();
      for (Setting<?> port : List.of(Settings.APP_PORT, Settings.ADMIN_PORT)) {
        set.add(Objects.requireNonNullElse(file.config().env().get(port.name()), port.name()));
      }
      return exposed.equals(set)
          ? List.of()
          : List.of("EXPOSE has " + exposed + ", and ENV has " + set);
    }
  },

  VARIABLES_ARE_SETTINGS {
    @Override
    List<String> violations(Dockerfile file) {
      return new TreeSet<>(file.config().env().keySet())
          .stream()
              .filter(name -> !name.equals("LANG"))
              .filter(name -> !isSetting(name))
              .map(name -> "ENV " + name + ": stripebridge has no such setting")
              .toList();
    }
  },

  /// An inbox beside the volume would go with the container, and its events with it.
  THE_INBOX_LIES_IN_A_VOLUME {
    @Override
    List<String> violations(Dockerfile file) {
      Path inbox = Path.of(file.config().env().getOrDefault(Settings.INBOX_PATH.name(), "/"));
      return file.config().volumes().stream().anyMatch(inbox::startsWith)
          ? List.of()
          : List.of("INBOX_PATH %s lies in no VOLUME".formatted(inbox));
    }
  },

  LABELS_SAY_WHAT_IT_IS {
    @Override
    List<String> violations(Dockerfile file) {
      return Stream.of("title", "description", "version", "revision", "created", "licenses")
          .map(name -> "org.opencontainers.image." + name)
          .filter(name -> file.config().labels().getOrDefault(name, "").isEmpty())
          .map(name -> "there is no LABEL " + name)
          .toList();
    }
  };

  private static final Pattern PINNED =
      Pattern.compile("[a-z0-9./_-]+:[\\w.-]*\\d[\\w.-]*@sha256:[0-9a-f]{64}");
  private static final Pattern SECRET =
      Pattern.compile("secret|passw|token|credential|private|api_?key", Pattern.CASE_INSENSITIVE);
  private static final Pattern SHELL = Pattern.compile("(^|/)(ba|da|z)?sh$");

  abstract List<String> violations(Dockerfile file);

  private static boolean isSetting(String name) {
    return Arrays.stream(SettingGroup.values())
        .flatMap(group -> Settings.of(group).stream())
        .anyMatch(setting -> setting.name().equals(name));
  }

  private static Stream<Instruction> instructions(Dockerfile file, String keyword) {
    return file.stages().stream().flatMap(stage -> stage.instructions(keyword).stream());
  }

  /// What a `COPY` from the project names and the builder does not see.
  static List<String> notSeen(Dockerfile file, IgnoreFile ignored, Path project) {
    List<String> found = new ArrayList<>();
    for (Instruction copy : instructions(file, "COPY").toList()) {
      if (copy.flag("from").isPresent()) {
        continue;
      }
      List<String> words = copy.words(Map.of());
      for (String source : words.subList(0, words.size() - 1)) {
        if (!Files.exists(project.resolve(source))) {
          found.add("line %d: COPY %s: does not exist".formatted(copy.line(), source));
        } else if (!source.equals(".") && ignored.leavesOut(source)) {
          found.add("line %d: COPY %s: .dockerignore leaves it out".formatted(copy.line(), source));
        }
      }
    }
    return found;
  }
}
