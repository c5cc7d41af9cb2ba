package stripebridge.acceptance.deploy.systemd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import stripebridge.acceptance.Project;
import stripebridge.cli.ExitCode;
import stripebridge.core.config.Setting;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.config.Settings;
import stripebridge.service.http.HttpLimits;

/// The rules for the files in `deploy/systemd`. Each one reports its violations in words.
enum UnitRule {
  /// `systemctl show` prints `Environment=` to every user, and a file of settings is often too
  /// readable.
  NO_SECRET_IS_IN_THE_ENVIRONMENT {
    @Override
    List<String> violations(SystemdFiles files) {
      return files.variables().keySet().stream()
          .filter(name -> setting(name).filter(Setting::isSecret).isPresent())
          .map(name -> name + " is a secret: name a file, with " + name + "_FILE")
          .toList();
    }
  },

  VARIABLES_ARE_SETTINGS {
    @Override
    List<String> violations(SystemdFiles files) {
      return files.variables().keySet().stream()
          .filter(name -> !OF_THE_LAUNCHER.contains(name))
          .filter(name -> setting(name).isEmpty() && settingOfFile(name).isEmpty())
          .map(name -> name + ": stripebridge has no such setting")
          .toList();
    }
  },

  /// `NAME` in one and `NAME_FILE` in the other exclude each other: serve would not start.
  NO_SETTING_IS_SET_TWICE {
    @Override
    List<String> violations(SystemdFiles files) {
      return files.variables().keySet().stream()
          .filter(name -> files.variables().containsKey(name + "_FILE"))
          .map(name -> name + " and " + name + "_FILE are both set")
          .toList();
    }
  },

  /// All that the unit names can be read by serve: none is required and missing.
  REQUIRED_SETTINGS_ARE_SET {
    @Override
    List<String> violations(SystemdFiles files) {
      return Stream.of(
              Settings.STRIPE_WEBHOOK_SECRET,
              Settings.SOLACE_HOST,
              Settings.SOLACE_VPN,
              Settings.SOLACE_USERNAME,
              Settings.SOLACE_PASSWORD)
          .filter(setting -> !files.variables().containsKey(setting.name()))
          .filter(setting -> !files.variables().containsKey(setting.fileVariable()))
          .map(setting -> setting.name() + " is required, and neither it nor its _FILE is set")
          .toList();
    }
  },

  THE_INBOX_LIES_IN_THE_STATE_DIRECTORY {
    @Override
    List<String> violations(SystemdFiles files) {
      String folder = "/var/lib/" + files.unit().value("StateDirectory").orElse("none");
      String inbox = files.variables().getOrDefault("INBOX_PATH", "not set");
      return Path.of(inbox).startsWith(folder)
          ? List.of()
          : List.of("INBOX_PATH " + inbox + " does not lie in " + folder);
    }
  },

  /// The secrets lie where the page puts them, or where `LoadCredential=` does.
  SECRET_FILES_EXIST {
    @Override
    List<String> violations(SystemdFiles files) {
      Set<String> credentials =
          files.unit().values("LoadCredential").stream()
              .map(credential -> credential.split(":", 2)[0])
              .collect(Collectors.toSet());
      return files.variables().entrySet().stream()
          .filter(variable -> settingOfFile(variable.getKey()).isPresent())
          .filter(variable -> {
            Path path = Path.of(variable.getValue());
            String name = path.getFileName().toString();
            return path.startsWith(CREDENTIALS)
                ? !credentials.contains(name)
                : !path.startsWith(SECRETS) || !files.page().contains(name);
          })
          .map(variable ->
              variable.getKey()
                  + " names "
                  + variable.getValue()
                  + ", which neither docs/systemd.md nor LoadCredential= puts there")
          .toList();
    }
  },

  /// Else systemd kills a bridge that waits for the broker's answers, as it should.
  THE_STOP_TIME_COVERS_THE_DRAIN_TIME {
    @Override
    List<String> violations(SystemdFiles files) {
      Setting<Duration> setting = Settings.ASYNC_SHUTDOWN_TIMEOUT_SECONDS;
      int drain =
          Integer.parseInt(files.variables().getOrDefault(setting.name(), setting.defaultText()));
      int stop = Integer.parseInt(files.unit().value("TimeoutStopSec").orElse("0"));
      return stop >= drain + JVM_SECONDS
          ? List.of()
          : List.of(
              "TimeoutStopSec=%d: expected at least %d, the drain time and %d s for the JVM"
                  .formatted(stop, drain + JVM_SECONDS, JVM_SECONDS));
    }
  },

  /// Wrong settings do not get better by themselves; everything else may.
  ONLY_WRONG_SETTINGS_ARE_NOT_RETRIED {
    @Override
    List<String> violations(SystemdFiles files) {
      List<String> found = new ArrayList<>();
      String prevented = files.unit().value("RestartPreventExitStatus").orElse("");
      if (!prevented.equals(String.valueOf(ExitCode.USAGE.value()))) {
        found.add(
            "RestartPreventExitStatus=%s: expected %d"
                .formatted(prevented, ExitCode.USAGE.value()));
      }
      if (!files.unit().value("Restart").equals(Optional.of("always"))) {
        found.add("Restart=: expected always");
      }
      if (!files.unit().value("StartLimitIntervalSec").equals(Optional.of("0"))) {
        found.add("StartLimitIntervalSec=: expected 0, or systemd gives up");
      }
      return found;
    }
  },

  /// Codes below 128 that the page explains are ours; the others are systemd's and the JVM's.
  EXIT_CODES_ARE_EXPLAINED {
    @Override
    List<String> violations(SystemdFiles files) {
      return Stream.of(ExitCode.values())
          .filter(code -> code != ExitCode.OK && code != ExitCode.INTERRUPTED)
          .filter(code -> !files.page().contains("\n| " + code.value() + " |"))
          .map(code -> "docs/systemd.md does not explain exit code " + code.value())
          .toList();
    }
  },

  CONNECTIONS_HAVE_DESCRIPTORS {
    @Override
    List<String> violations(SystemdFiles files) {
      int needed = 2 * 2 * HttpLimits.of(Long.MAX_VALUE).connectionsMax();
      int limit = Integer.parseInt(files.unit().value("LimitNOFILE").orElse("0"));
      return limit >= needed
          ? List.of()
          : List.of("LimitNOFILE=%d: expected at least %d".formatted(limit, needed));
    }
  },

  /// Each is left out easily and noticed by nobody.
  IT_IS_CONFINED {
    @Override
    List<String> violations(SystemdFiles files) {
      List<String> found = new ArrayList<>();
      CONFINED.forEach((name, value) -> {
        String actual = files.unit().value(name).orElse("not set");
        if (!actual.equals(value)) {
          found.add("%s: expected '%s', not '%s'".formatted(name, value, actual));
        }
      });
      return found;
    }
  },

  /// `/opt/stripebridge` is the unpacked archive.
  COMMANDS_ARE_OURS {
    @Override
    List<String> violations(SystemdFiles files) {
      List<String> found = new ArrayList<>();
      String start = files.unit().value("ExecStart").orElse("");
      if (!START.matcher(start).matches()) {
        found.add("ExecStart=" + start + ": expected the launcher of /opt/stripebridge, and serve");
      }
      if (!files.unit().value("ExecReload").orElse("").endsWith("kill -HUP $MAINPID")) {
        found.add("ExecReload=: expected SIGHUP");
      }
      if (!files.unit().value("KillSignal").equals(Optional.of("SIGTERM"))) {
        found.add("KillSignal=: expected SIGTERM, on which serve drains");
      }
      if (!files.unit().value("Type").equals(Optional.of("exec"))) {
        found.add("Type=: expected exec; serve notifies nobody");
      }
      return found;
    }
  },

  /// The page names each file, and the manual that the unit names exists.
  FILES_ARE_NAMED {
    @Override
    List<String> violations(SystemdFiles files) {
      List<String> found = new ArrayList<>();
      for (String name : files.names()) {
        if (!files.page().contains("`" + name + "`")) {
          found.add("docs/systemd.md does not name " + name);
        }
      }
      for (String document : files.unit().value("Documentation").orElse("").split(" ", -1)) {
        Path file =
            document.startsWith("man:")
                ? Path.of("docs/man/man1", document.replaceFirst("man:(.+)\\((.)\\)", "$1.$2"))
                : Path.of(document.replaceFirst("^file:///opt/stripebridge/", ""));
        if (!Files.exists(Project.root().resolve(file))) {
          found.add("Documentation=" + document + ": there is no " + file);
        }
      }
      return found;
    }
  };

  /// The JVM's own shutdown on a busy machine; StopTest allows as much.
  private static final int JVM_SECONDS = 10;

  private static final Path SECRETS = Path.of("/etc/stripebridge/secrets");
  private static final Path CREDENTIALS = Path.of("/run/credentials/stripebridge.service");
  private static final Set<String> OF_THE_LAUNCHER = Set.of("JAVA_HOME", "JAVA_TOOL_OPTIONS");
  private static final Pattern START =
      Pattern.compile(
          "/opt/stripebridge/bin/stripebridge serve --topology /etc/stripebridge/topology\\.yaml");

  private static final Map<String, String> CONFINED =
      Map.ofEntries(
          Map.entry("User", "stripebridge"),
          Map.entry("UMask", "0077"),
          Map.entry("StateDirectoryMode", "0700"),
          Map.entry("LimitCORE", "0"),
          Map.entry("ProtectSystem", "strict"),
          Map.entry("ProtectHome", "yes"),
          Map.entry("PrivateTmp", "yes"),
          Map.entry("PrivateDevices", "yes"),
          Map.entry("NoNewPrivileges", "yes"),
          Map.entry("CapabilityBoundingSet", ""),
          Map.entry("RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX"),
          // A JVM does not start with it.
          Map.entry("MemoryDenyWriteExecute", "no"),
          // The JVM does not see its limits without.
          Map.entry("ProcSubset", "all"));

  /// The violations, in words.
  abstract List<String> violations(SystemdFiles files);

  private static Optional<? extends Setting<?>> setting(String name) {
    return settings().filter(setting -> setting.name().equals(name)).findFirst();
  }

  private static Optional<? extends Setting<?>> settingOfFile(String variable) {
    return settings().filter(setting -> setting.fileVariable().equals(variable)).findFirst();
  }

  private static Stream<Setting<?>> settings() {
    return Stream.of(SettingGroup.values()).flatMap(group -> Settings.of(group).stream());
  }

  /// The files of `deploy/systemd` and their page.
  ///
  /// @param unit with a drop-in or without
  /// @param settings the text of `stripebridge.env`
  /// @param page `docs/systemd.md`
  /// @param names of the files
  record SystemdFiles(UnitFile unit, String settings, String page, List<String> names) {
    private static final Pattern SETTING = Pattern.compile("(?m)^([A-Z][A-Z0-9_]*)=(.*)$");

    static SystemdFiles ofProject() throws IOException {
      try (Stream<Path> files = Files.list(UnitFile.FOLDER)) {
        return new SystemdFiles(
            UnitFile.ofProject("stripebridge.service"),
            Files.readString(UnitFile.FOLDER.resolve("stripebridge.env")),
            Files.readString(Project.root().resolve("docs/systemd.md")),
            files.map(file -> file.getFileName().toString()).sorted().toList());
      }
    }

    SystemdFiles withUnit(UnitFile other) {
      return new SystemdFiles(other, settings, page, names);
    }

    SystemdFiles withSettings(String text) {
      return new SystemdFiles(unit, text, page, names);
    }

    SystemdFiles withPage(String text) {
      return new SystemdFiles(unit, settings, text, names);
    }

    /// What serve gets: the file of settings overrides the unit.
    Map<String, String> variables() {
      Map<String, String> all = unit.environment();
      SETTING.matcher(settings).results().forEach(found -> all.put(found.group(1), found.group(2)));
      return all;
    }
  }
}
