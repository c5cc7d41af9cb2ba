package stripebridge.acceptance.deploy.compose;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import stripebridge.acceptance.deploy.compose.ComposeService.Dependency;
import stripebridge.acceptance.deploy.compose.ComposeService.MountedFile;
import stripebridge.acceptance.deploy.compose.ComposeService.Port;
import stripebridge.core.config.Setting;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.config.Settings;

/// What must be true of `compose.yaml` beyond the schema. A violation begins with the service.
enum ComposeRule {
  /// A misspelt variable has no effect, and nobody notices.
  VARIABLES_ARE_SETTINGS {
    @Override
    List<String> violations(ComposeService service, ComposeFile file) {
      return service.environment().keySet().stream()
          .filter(variable ->
              service.isOfThisProject()
                  ? setting(variable).isEmpty()
                  : !VARIABLES_OF_OTHERS.contains(variable))
          .map(variable -> variable + " is not a variable of its image")
          .toList();
    }
  },

  /// `docker inspect` shows variables and arguments to all who may use Docker.
  SECRETS_ARE_IN_FILES {
    @Override
    List<String> violations(ComposeService service, ComposeFile file) {
      List<String> found = new ArrayList<>();
      Set<String> mounted =
          service.files().stream()
              .filter(MountedFile::isSecret)
              .map(MountedFile::target)
              .collect(Collectors.toSet());
      service
          .environment()
          .forEach((variable, value) -> {
            boolean isFile = variable.endsWith("_FILE") || variable.endsWith("filepath");
            // SECRET_MAX_AGE_DAYS is about secrets.
            boolean isPlain = setting(variable).filter(one -> !one.isSecret()).isPresent();
            if (SECRET_NAME.matcher(variable).find() && !isFile && !isPlain) {
              found.add(variable + " is a secret in the environment");
            } else if (isFile && !mounted.contains(value)) {
              found.add(variable + " names " + value + ", which is not a secret of it");
            }
          });
      raw(service, file).allTexts().stream()
          .filter(text -> SECRET_VARIABLE.matcher(text).find())
          .forEach(text -> found.add("'" + text + "' inserts a secret"));
      return found;
    }
  },

  /// Every setting of `.env` reaches a container, or the page says that it does not: one that is
  /// silently ignored is a surprise.
  SETTINGS_ARE_PASSED_ON {
    @Override
    List<String> violations(ComposeFile file) {
      Set<String> passed =
          file.all(Map.of()).stream()
              .filter(ComposeService::isOfThisProject)
              .flatMap(service -> service.environment().keySet().stream())
              .flatMap(variable -> setting(variable).stream())
              .map(Setting::name)
              .collect(Collectors.toSet());
      String page = ComposePage.text(file.root());
      return settings()
          .map(Setting::name)
          .filter(name -> !passed.contains(name) && !page.contains("`" + name + "`"))
          .map(name -> "no service has " + name + ", and docs/compose.md does not say so")
          .toList();
    }
  },

  /// A port that is published twice lets the second container fail.
  NO_HOST_PORT_IS_PUBLISHED_TWICE {
    @Override
    List<String> violations(ComposeFile file) {
      Set<String> found = new TreeSet<>();
      for (Set<String> profiles : subsets(file.profiles())) {
        Map<Integer, String> publishers = new HashMap<>();
        for (ComposeService service : file.services(profiles, Map.of())) {
          for (Port port : service.ports()) {
            String other = publishers.putIfAbsent(port.host(), service.name());
            if (other != null) {
              found.add(other + ": " + service.name() + " publishes port " + port.host() + " too");
            }
          }
        }
      }
      return List.copyOf(found);
    }
  },

  /// Only webhooks come from outside. The admin port, SEMP and SMF are for this machine.
  ONLY_WEBHOOKS_ARE_PUBLIC {
    @Override
    List<String> violations(ComposeService service, ComposeFile file) {
      boolean isWebhook = service.name().equals("bridge") || service.name().equals("balancer");
      return service.ports().stream()
          .filter(port -> !port.address().equals("127.0.0.1"))
          .filter(port -> !isWebhook || port.container() != 8080)
          .map(port -> "port " + port.host() + " is open to other machines")
          .toList();
    }
  },

  /// What ran yesterday runs tomorrow.
  IMAGES_ARE_PINNED {
    @Override
    List<String> violations(ComposeService service, ComposeFile file) {
      return service.isOfThisProject() || PINNED.matcher(service.image()).find()
          ? List.of()
          : List.of("image " + service.image() + " has neither an exact tag nor a digest");
    }
  },

  /// A service that is always started builds the image, and it alone: Compose labels an image with
  /// the service that it was built for, so of two services each would replace the other's image.
  THE_IMAGE_IS_BUILT_ONCE {
    @Override
    List<String> violations(ComposeFile file) {
      List<String> builders =
          file.all(Map.of()).stream()
              .filter(service -> service.build().isPresent())
              .map(ComposeService::name)
              .toList();
      boolean isAlwaysBuilt =
          file.services(Set.of(), Map.of()).stream()
              .anyMatch(service -> service.build().isPresent() && service.isOfThisProject());
      return builders.size() == 1 && isAlwaysBuilt
          ? List.of()
          : List.of("the image is built by " + builders);
    }
  },

  /// A health check whose program is missing never succeeds.
  HEALTH_CHECKS_USE_WHAT_THE_IMAGE_HAS {
    @Override
    List<String> violations(ComposeService service, ComposeFile file) {
      return service.healthcheck().stream()
          .map(check -> check.command().getFirst())
          .filter(program -> !programs(service).contains(program))
          .map(program -> "its image has no " + program + " that is known of")
          .toList();
    }
  },

  /// Waiting is for conditions.
  NOTHING_SLEEPS {
    @Override
    List<String> violations(ComposeService service, ComposeFile file) {
      return raw(service, file).allTexts().stream()
          .filter(text -> SLEEP.matcher(text).find())
          .map(text -> "'" + text + "' sleeps")
          .toList();
    }
  },

  /// Docker kills after the grace period; the bridge settles for as long as its setting says.
  BRIDGES_HAVE_TIME_TO_STOP {
    @Override
    List<String> violations(ComposeService service, ComposeFile file) {
      if (!isBridge(service)) {
        return List.of();
      }
      String name = Settings.ASYNC_SHUTDOWN_TIMEOUT_SECONDS.name();
      Duration timeout =
          Duration.ofSeconds(
              Long.parseLong(
                  service
                      .environment()
                      .getOrDefault(name, Settings.ASYNC_SHUTDOWN_TIMEOUT_SECONDS.defaultText())));
      return service.stopGracePeriod().compareTo(timeout.plusSeconds(10)) > 0
          ? List.of()
          : List.of(
              "its grace period of %ds is not 10 s longer than %s"
                  .formatted(service.stopGracePeriod().toSeconds(), name));
    }
  },

  /// A condition that cannot come true lets `up` wait or fail.
  DEPENDENCIES_CAN_BE_MET {
    @Override
    List<String> violations(ComposeFile file) {
      Set<String> found = new TreeSet<>();
      for (Set<String> profiles : subsets(file.profiles())) {
        Map<String, ComposeService> started =
            file.services(profiles, Map.of()).stream()
                .collect(Collectors.toMap(ComposeService::name, Function.identity()));
        started
            .values()
            .forEach(service ->
                service
                    .dependsOn()
                    .forEach((name, dependency) ->
                        unmet(Optional.ofNullable(started.get(name)), name, dependency)
                            .ifPresent(why -> found.add(service.name() + ": " + why))));
      }
      return List.copyOf(found);
    }

    private static Optional<String> unmet(
        Optional<ComposeService> other, String name, Dependency dependency) {
      if (other.isEmpty()) {
        return dependency.isRequired()
            ? Optional.of("is started without " + name + ", which it needs")
            : Optional.empty();
      }
      boolean ends = other.get().restart().equals("no") && isOneShot(other.get());
      boolean canBe =
          switch (dependency.condition()) {
            case SERVICE_STARTED -> true;
            case SERVICE_HEALTHY -> other.get().healthcheck().isPresent();
            case SERVICE_COMPLETED_SUCCESSFULLY -> ends;
          };
      return canBe ? Optional.empty() : Optional.of(name + " is never " + dependency.condition());
    }
  },

  /// Docker makes a directory of a missing file in some ways to mount it, and fails in others.
  MOUNTED_FILES_EXIST {
    @Override
    List<String> violations(ComposeService service, ComposeFile file) {
      Path written = file.root().resolve("secrets");
      return service.files().stream()
          .map(MountedFile::source)
          .filter(source -> !source.startsWith(written) && !Files.isRegularFile(source))
          .map(source -> "mounts " + file.root().relativize(source) + ", which is not there")
          .toList();
    }
  },

  /// A command that names a file finds it in the container.
  NAMED_FILES_ARE_MOUNTED {
    @Override
    List<String> violations(ComposeService service, ComposeFile file) {
      Set<String> places = new TreeSet<>(service.tmpfs());
      service.files().forEach(mounted -> places.add(mounted.target()));
      // The program itself is in the image.
      Stream<String> arguments =
          Stream.concat(service.entrypoint().stream().skip(1), service.command().stream());
      return Stream.concat(arguments, service.environment().values().stream())
          .filter(text -> text.startsWith("/") && !places.contains(text))
          .map(text -> "names " + text + ", which is not mounted")
          .toList();
    }
  },

  /// An inbox that a new container does not have is a lost event.
  INBOXES_OUTLIVE_THEIR_CONTAINERS {
    @Override
    List<String> violations(ComposeService service, ComposeFile file) {
      boolean isInVolume =
          Stream.of("/var/lib/stripebridge", "/data").anyMatch(service.volumes()::containsKey);
      if (isBridge(service) && !service.environment().containsKey("REDIS_URL_FILE")) {
        return isInVolume ? List.of() : List.of("its inbox is not in a volume");
      }
      if (!service.image().startsWith("redis:")) {
        return List.of();
      }
      String command = String.join(" ", service.command());
      boolean isDurable =
          Stream.of("--appendonly yes", "--appendfsync always", "--maxmemory-policy noeviction")
              .allMatch(command::contains);
      return isInVolume && isDurable ? List.of() : List.of("it can forget what it has confirmed");
    }
  },

  /// An event that waits for one broker is never delivered to another.
  EACH_BROKER_HAS_ITS_OWN_INBOX {
    @Override
    List<String> violations(ComposeService service, ComposeFile file) {
      List<String> found = new ArrayList<>();
      Map<String, String> owners = new HashMap<>();
      for (String broker : List.of("remote", "local", "sandbox")) {
        ComposeService same = file.service(service.name(), Map.of("BROKER", broker));
        for (ComposeService.Volume volume : same.volumes().values()) {
          String other = owners.putIfAbsent(volume.realName(), broker);
          if (other != null && !service.name().equals("broker")) {
            found.add("volume " + volume.realName() + " is of " + other + " and of " + broker);
          }
        }
      }
      return found;
    }
  },

  /// A container gets no more than it needs. The vendor's broker writes in many places.
  CONTAINERS_ARE_CONFINED {
    @Override
    List<String> violations(ComposeService service, ComposeFile file) {
      Node raw = raw(service, file);
      List<String> missing = new ArrayList<>();
      if (!raw.texts("cap_drop").equals(List.of("ALL"))) {
        missing.add("cap_drop");
      }
      if (!raw.texts("security_opt").equals(List.of("no-new-privileges=true"))) {
        missing.add("no-new-privileges");
      }
      if (!service.name().equals("broker")
          && !(raw.flag("read_only", false) && service.tmpfs().contains("/tmp"))) {
        missing.add("read_only and /tmp in memory");
      }
      if (raw.child("logging").child("options").child("max-size").isAbsent()) {
        missing.add("a limit of its log");
      }
      if (!raw.flag("privileged", false) && raw.child("restart").isAbsent()) {
        missing.add("restart");
      }
      Stream.of("privileged", "cap_add", "devices", "network_mode", "pid")
          .filter(key -> !raw.child(key).isAbsent())
          .forEach(key -> missing.add("no " + key));
      return missing.stream().map(part -> "it needs " + part).toList();
    }
  },

  /// A directory in memory has the mode of the image's directory, but root owns it.
  DIRECTORIES_IN_MEMORY_BELONG_TO_THE_USER {
    @Override
    List<String> violations(ComposeService service, ComposeFile file) {
      return raw(service, file).texts("tmpfs").stream()
          .filter(text -> text.startsWith("/var/lib/stripebridge") && !text.contains("uid=65532,"))
          .map(text -> "root owns " + text)
          .toList();
    }
  },

  /// What the page promises is there, and what is there is on the page.
  PROFILES_ARE_DOCUMENTED {
    @Override
    List<String> violations(ComposeFile file) {
      Set<String> documented = ComposePage.profiles(file.root());
      return documented.equals(file.profiles())
          ? List.of()
          : List.of("docs/compose.md has " + documented + ", compose.yaml " + file.profiles());
    }
  };

  private static final Set<String> VARIABLES_OF_OTHERS =
      Set.of(
          "username_admin_globalaccesslevel",
          "username_admin_passwordfilepath",
          "system_scaling_maxconnectioncount",
          "messagespool_maxspoolusage",
          "STRIPE_DEVICE_NAME",
          "XDG_CONFIG_HOME");
  private static final Pattern SECRET_NAME =
      Pattern.compile(
          settings()
                  .filter(Setting::isSecret)
                  .map(Setting::name)
                  .collect(Collectors.joining("|", "^(", ")$|"))
              + "(?i)password|secret|token|api_?key");
  private static final Pattern SECRET_VARIABLE =
      Pattern.compile(
          settings()
              .filter(Setting::isSecret)
              .map(Setting::name)
              .collect(Collectors.joining("|", "\\$\\{?(", ")\\b")));
  private static final Pattern PINNED =
      Pattern.compile(":v?\\d+\\.\\d+\\.\\d+|@sha256:[0-9a-f]{64}");
  private static final Pattern SLEEP = Pattern.compile("\\bsleep\\b");

  /// The violations in the whole file; by default those of each service.
  List<String> violations(ComposeFile file) {
    return file.all(Map.of()).stream()
        .flatMap(
            service -> violations(service, file).stream().map(text -> service.name() + ": " + text))
        .toList();
  }

  /// The violations in one service.
  List<String> violations(ComposeService service, ComposeFile file) {
    return List.of();
  }

  private static Node raw(ComposeService service, ComposeFile file) {
    return Node.of("compose.yaml", file.document()).child("services").child(service.name());
  }

  private static Stream<Setting<?>> settings() {
    return Arrays.stream(SettingGroup.values()).flatMap(group -> Settings.of(group).stream());
  }

  private static Optional<Setting<?>> setting(String variable) {
    return settings()
        .filter(
            setting -> variable.equals(setting.name()) || variable.equals(setting.fileVariable()))
        .findFirst();
  }

  private static boolean isBridge(ComposeService service) {
    return service.isOfThisProject() && service.command().contains("serve");
  }

  private static boolean isOneShot(ComposeService service) {
    return service.isOfThisProject() && service.command().contains("provision");
  }

  /// What the image is known to have; of other programs nobody has looked.
  private static Set<String> programs(ComposeService service) {
    if (service.isOfThisProject()) {
      return Set.of("/opt/stripebridge/bin/health", "/opt/stripebridge/bin/stripebridge", "bash");
    }
    return switch (service.image().split("[:@]", 2)[0]) {
      case "solace/solace-pubsub-standard" -> Set.of("curl");
      case "redis" -> Set.of("redis-cli");
      case "nginxinc/nginx-unprivileged" ->
          service.image().contains("alpine") ? Set.of("wget") : Set.of();
      default -> Set.of();
    };
  }

  /// Every set of profiles that can be switched on.
  private static List<Set<String>> subsets(Set<String> profiles) {
    List<Set<String>> subsets = new ArrayList<>(List.of(Set.of()));
    for (String profile : profiles) {
      for (Set<String> smaller : List.copyOf(subsets)) {
        Set<String> larger = new TreeSet<>(smaller);
        larger.add(profile);
        subsets.add(larger);
      }
    }
    return subsets;
  }
}
