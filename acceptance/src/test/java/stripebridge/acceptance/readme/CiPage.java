package stripebridge.acceptance.readme;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;
import stripebridge.core.config.Setting;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.config.Settings;

/// `docs/ci.md`: pipelines for several CI systems, whose commands must be those of the page's
/// `console` blocks, which [ReadmeTest] runs.
///
/// The rules are our own, and not the systems' schemas: those accept any step that runs anything,
/// and are larger than this project may carry.
record CiPage(String text) {
  private static final Pattern BLOCK = Pattern.compile("(?m)^```(\\w+)\\n((?:.*\\n)*?)^```$");
  private static final Pattern CALL =
      Pattern.compile("(?:tools/(?:bin/)?stripebridge|\\$STRIPEBRIDGE) ([^>'}\\n]+)");
  private static final Pattern PLACE = Pattern.compile(" --(app|admin)-url \\S+");
  private static final Pattern REPORT = Pattern.compile("junit=(\\S+)");
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{\\{ (secrets|vars)\\.(\\w+) }}");
  private static final Pattern JENKINS_VARIABLE =
      Pattern.compile("(?m)^ +([A-Z_]+) = (credentials\\('[a-z-]+'\\)|'[^']*')$");

  private static final Set<String> WORKFLOW =
      Set.of("name", "on", "permissions", "concurrency", "env", "defaults", "jobs");
  private static final Set<String> JOB =
      Set.of(
          "name",
          "needs",
          "if",
          "runs-on",
          "environment",
          "timeout-minutes",
          "concurrency",
          "env",
          "permissions",
          "steps");
  private static final Set<String> STEP =
      Set.of("id", "name", "if", "uses", "with", "env", "run", "working-directory");
  private static final Set<String> GITLAB_GLOBAL = Set.of("stages", "default", "variables");
  private static final Set<String> GITLAB_JOB =
      Set.of(
          "stage",
          "image",
          "script",
          "rules",
          "artifacts",
          "allow_failure",
          "resource_group",
          "variables");

  /// What is wrong with the page, in words.
  List<String> violations() {
    List<String> found = new ArrayList<>();
    int workflows = 0;
    int pipelines = 0;
    for (String yaml : blocks("yaml")) {
      Map<?, ?> document = new Yaml().load(yaml);
      if (document.containsKey("jobs")) {
        workflows++;
        workflow(document, found);
      } else {
        pipelines++;
        pipeline(document, found);
      }
      calls(yaml.replaceAll("(?<=\\S)\\n +(?=--)", " "), found);
    }
    if (workflows != 2 || pipelines != 1 || blocks("groovy").size() != 1) {
      found.add("expected two workflows, a pipeline and a Jenkinsfile");
    }
    blocks("groovy").forEach(file -> jenkinsfile(file, found));
    return found;
  }

  /// The blocks of a language.
  List<String> blocks(String language) {
    return BLOCK
        .matcher(text)
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }

  /// Each call is one that is run, apart from where the bridge is.
  private void calls(String block, List<String> found) {
    Set<String> run =
        Example.in(text).stream()
            .map(example -> example.command().replaceFirst(" [>&].*$", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    Matcher call = CALL.matcher(block);
    int count = 0;
    while (call.find()) {
      count++;
      String command = "stripebridge " + PLACE.matcher(call.group(1).strip()).replaceAll("");
      if (!run.contains(command)) {
        found.add("no console block runs: " + command);
      }
    }
    if (count == 0) {
      found.add("a pipeline never calls stripebridge");
    }
  }

  private static void workflow(Map<?, ?> workflow, List<String> found) {
    // In YAML 1.1, `on` is true.
    Set<String> keys =
        workflow.keySet().stream()
            .map(key -> key.equals(true) ? "on" : key.toString())
            .collect(Collectors.toSet());
    unknown("workflow", keys, WORKFLOW, found);
    if (!keys.contains("on") || !keys.contains("permissions")) {
      found.add("a workflow needs on: and permissions:");
    }
    Map<?, ?> jobs = (Map<?, ?>) Objects.requireNonNull(workflow.get("jobs"));
    jobs.forEach((name, value) -> {
      Map<?, ?> job = (Map<?, ?>) value;
      unknown("job " + name, names(job), JOB, found);
      if (!job.containsKey("runs-on") || !job.containsKey("timeout-minutes")) {
        found.add("job " + name + " needs runs-on: and timeout-minutes:");
      }
      if (job.containsKey("needs") && !jobs.containsKey(job.get("needs"))) {
        found.add("job " + name + " needs " + job.get("needs") + ", which does not exist");
      }
      variables(job, found);
      steps("job " + name, (List<?>) Objects.requireNonNull(job.get("steps")), found);
    });
  }

  private static void steps(String job, List<?> steps, List<String> found) {
    String all = steps.toString();
    for (Object each : steps) {
      Map<?, ?> step = (Map<?, ?>) each;
      unknown("a step of " + job, names(step), STEP, found);
      if (step.containsKey("uses") == step.containsKey("run")) {
        found.add("a step of " + job + " needs either uses: or run:");
      }
      if (step.get("uses") instanceof String action && !action.matches("[\\w./-]+@v\\d+")) {
        found.add(job + " uses " + action + " without a version");
      }
    }
    Matcher report = REPORT.matcher(all);
    if (report.find() && !all.contains("path=" + report.group(1))) {
      found.add(job + " writes " + report.group(1) + " and does not keep it");
    }
  }

  /// Secrets come from secrets, all else from variables, under their own names.
  private static void variables(Map<?, ?> job, List<String> found) {
    if (!(job.get("env") instanceof Map<?, ?> variables)) {
      return;
    }
    variables.forEach((name, value) -> {
      Matcher reference = REFERENCE.matcher(value.toString());
      Setting<?> setting = setting(name.toString());
      if (setting == null) {
        found.add(name + ": stripebridge has no such setting");
      } else if (!reference.matches() || !reference.group(2).equals(name)) {
        found.add(name + " is " + value + ": expected a reference of its name");
      } else if (setting.isSecret() != reference.group(1).equals("secrets")) {
        found.add(name + " must " + (setting.isSecret() ? "" : "not ") + "be a secret");
      }
    });
  }

  private static void pipeline(Map<?, ?> pipeline, List<String> found) {
    List<?> stages = (List<?>) Objects.requireNonNull(pipeline.get("stages"));
    pipeline.forEach((name, value) -> {
      if (GITLAB_GLOBAL.contains(name.toString())) {
        return;
      }
      Map<?, ?> job = (Map<?, ?>) value;
      unknown("job " + name, names(job), GITLAB_JOB, found);
      if (!stages.contains(job.get("stage"))) {
        found.add("job " + name + " has no stage of stages:");
      }
      String all = job.toString();
      Matcher report = REPORT.matcher(String.valueOf(job.get("script")));
      if (report.find() && !all.contains("reports={junit=" + report.group(1) + "}")) {
        found.add("job " + name + " writes " + report.group(1) + " and does not report it");
      }
    });
  }

  private void jenkinsfile(String file, List<String> found) {
    calls(file, found);
    Matcher variable = JENKINS_VARIABLE.matcher(file);
    while (variable.find()) {
      String name = variable.group(1).replaceFirst("_FILE$", "");
      Setting<?> setting = setting(name);
      boolean isCredential = variable.group(2).startsWith("credentials");
      if (setting == null) {
        found.add(variable.group(1) + ": stripebridge has no such setting");
      } else if (setting.isSecret() != isCredential
          || isCredential != variable.group(1).endsWith("_FILE")) {
        found.add(variable.group(1) + ": secrets are credentials, by their files");
      }
    }
    Matcher report = REPORT.matcher(file);
    if (!report.find() || !file.contains("junit '" + report.group(1) + "'")) {
      found.add("the Jenkinsfile does not read the report that it writes");
    }
    long open = file.chars().filter(letter -> letter == '{').count();
    if (open != file.chars().filter(letter -> letter == '}').count()) {
      found.add("the Jenkinsfile has braces that are not closed");
    }
  }

  private static @Nullable Setting<?> setting(String name) {
    return Stream.of(SettingGroup.values())
        .flatMap(group -> Settings.of(group).stream())
        .filter(setting -> setting.name().equals(name))
        .findFirst()
        .orElse(null);
  }

  private static Set<String> names(Map<?, ?> map) {
    return map.keySet().stream().map(Object::toString).collect(Collectors.toSet());
  }

  private static void unknown(
      String where, Set<String> keys, Set<String> known, List<String> found) {
    keys.stream()
        .filter(key -> !known.contains(key))
        .sorted()
        .forEach(key -> found.add(where + " has the unknown key " + key));
  }
}
