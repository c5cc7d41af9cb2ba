package stripebridge.acceptance.deploy.image;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a container of an image starts with.
///
/// @param entrypoint the program and its first arguments; empty without
/// @param cmd the arguments that are used when none are given
/// @param env its environment
/// @param user as `USER` says, such as `65532:65532`; empty without
/// @param workdir absolute; `/` when none is said
/// @param volumes their paths
/// @param ports the exposed ones, all of TCP
/// @param labels by their names
/// @param healthcheck the command; empty without
/// @param healthcheckFlags such as `--interval=10s`
public record ImageConfig(
    List<String> entrypoint,
    List<String> cmd,
    Map<String, String> env,
    String user,
    String workdir,
    List<String> volumes,
    Set<Integer> ports,
    Map<String, String> labels,
    List<String> healthcheck,
    List<String> healthcheckFlags) {
  static final ImageConfig EMPTY =
      new ImageConfig(
          List.of(), List.of(), Map.of(), "", "/", List.of(), Set.of(), Map.of(), List.of(),
          List.of());

  /// Without what changes files only. `ONBUILD`, `SHELL`, `STOPSIGNAL` and the former `MAINTAINER`
  /// are not known here.
  private static final Set<String> NO_CONFIG = Set.of("RUN", "COPY", "ADD");

  /// What the instructions of a stage make of its base's.
  static ImageConfig of(
      ImageConfig base, List<Instruction> instructions, Map<String, String> globalArgs) {
    Reading reading = new Reading(base, globalArgs);
    instructions.forEach(reading::read);
    return reading.config();
  }

  /// Reads one instruction after the other.
  private static final class Reading {
    private final Map<String, String> globalArgs;
    private final Map<String, String> args = new LinkedHashMap<>();
    private final Map<String, String> env;
    private final Map<String, String> labels;
    private final List<String> volumes;
    private final Set<Integer> ports;
    private List<String> entrypoint;
    private List<String> cmd;
    private boolean isCmdSaid;
    private String user;
    private String workdir;
    private List<String> healthcheck;
    private List<String> healthcheckFlags;

    Reading(ImageConfig base, Map<String, String> globalArgs) {
      this.globalArgs = globalArgs;
      env = new LinkedHashMap<>(base.env());
      labels = new LinkedHashMap<>(base.labels());
      volumes = new ArrayList<>(base.volumes());
      ports = new LinkedHashSet<>(base.ports());
      entrypoint = base.entrypoint();
      cmd = base.cmd();
      user = base.user();
      workdir = base.workdir();
      healthcheck = base.healthcheck();
      healthcheckFlags = base.healthcheckFlags();
    }

    void read(Instruction one) {
      switch (one.keyword()) {
        case "ARG" -> one.words(variables()).forEach(this::declare);
        case "ENV" -> env.putAll(pairs(one));
        case "LABEL" -> labels.putAll(pairs(one));
        case "USER" -> user = single(one);
        case "WORKDIR" -> {
          String path = single(one);
          workdir = path.startsWith("/") ? path : (workdir + "/" + path).replace("//", "/");
        }
        case "VOLUME" -> volumes.addAll(one.words(variables()));
        case "EXPOSE" -> one.words(variables()).forEach(port -> ports.add(tcpPort(one, port)));
        case "ENTRYPOINT" -> {
          entrypoint = one.execForm();
          // A base's CMD goes with its ENTRYPOINT.
          cmd = isCmdSaid ? cmd : List.of();
        }
        case "CMD" -> {
          cmd = one.execForm();
          isCmdSaid = true;
        }
        case "HEALTHCHECK" -> {
          healthcheckFlags = one.flags();
          healthcheck = healthcheck(one);
        }
        default -> {
          if (!NO_CONFIG.contains(one.keyword())) {
            throw one.refused("this reader does not know the instruction");
          }
        }
      }
    }

    ImageConfig config() {
      return new ImageConfig(
          entrypoint,
          cmd,
          Map.copyOf(env),
          user,
          workdir,
          List.copyOf(volumes),
          Set.copyOf(ports),
          Map.copyOf(labels),
          healthcheck,
          healthcheckFlags);
    }

    /// An `ENV` beats an `ARG` of its name.
    private Map<String, String> variables() {
      Map<String, String> all = new LinkedHashMap<>(args);
      all.putAll(env);
      return all;
    }

    /// An `ARG` without a default takes it from the `ARG` before the first `FROM`.
    private void declare(String arg) {
      int equals = arg.indexOf('=');
      String name = equals < 0 ? arg : arg.substring(0, equals);
      args.put(name, equals < 0 ? globalArgs.getOrDefault(name, "") : arg.substring(equals + 1));
    }

    private Map<String, String> pairs(Instruction one) {
      Map<String, String> pairs = new LinkedHashMap<>();
      for (String word : one.words(variables())) {
        int equals = word.indexOf('=');
        if (equals <= 0) {
          throw one.refused("expected name=value");
        }
        pairs.put(word.substring(0, equals), word.substring(equals + 1));
      }
      return pairs;
    }

    private String single(Instruction one) {
      List<String> words = one.words(variables());
      if (words.size() != 1) {
        throw one.refused("expected one word");
      }
      return words.getFirst();
    }

    private static int tcpPort(Instruction one, String port) {
      if (!port.matches("\\d{1,5}(/tcp)?")) {
        throw one.refused("expected TCP ports");
      }
      return Integer.parseInt(port.replace("/tcp", ""));
    }

    private static List<String> healthcheck(Instruction one) {
      if (one.text().equals("NONE")) {
        return List.of();
      }
      String[] parts = one.text().split("\\s+", 2);
      if (!parts[0].equals("CMD") || parts.length != 2) {
        throw one.refused("expected CMD [...]");
      }
      return new Instruction(one.line(), "HEALTHCHECK CMD", List.of(), parts[1]).execForm();
    }
  }
}
