package stripebridge.core.topology.yaml;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import stripebridge.core.problem.Quoted;
import stripebridge.core.problem.Suggestion;
import stripebridge.core.topology.model.FindingKind;
import stripebridge.core.topology.model.ObjectKind;
import stripebridge.core.topology.model.Topology;
import stripebridge.core.topology.model.Topology.Manages;
import stripebridge.core.topology.yaml.YamlNode.Form;

/// Reads a topology from YAML and reports all problems of the file at once, each with its line and
/// column.
public final class TopologyReader {
  private static final int NAME_PREFIX_CHARS_MIN = 4;

  /// The name of the profiles and the username that every message VPN comes with.
  private static final String BUILT_IN = "default";

  private static final List<String> SECTIONS =
      Stream.concat(
              Stream.of("version", "unlisted", "routes", "manages", "accept", "queueDefaults"),
              Stream.of(ObjectKind.values()).map(ObjectKind::section))
          .toList();

  private final LocatedProblems problems;
  private final AttributeReader values;
  private final MappingReader mappings;

  private TopologyReader(LocatedProblems problems) {
    this.problems = problems;
    this.values = new AttributeReader(problems);
    this.mappings = new MappingReader(problems, values);
  }

  /// Reads the whole text.
  ///
  /// @param fileName the file's name in messages
  /// @throws stripebridge.core.problem.ProblemsException with every problem, in the order of the
  ///   file; nothing else is ever thrown. Text that is not YAML hides all later problems
  public static Topology read(String fileName, String yaml) {
    LocatedProblems problems = new LocatedProblems(fileName);
    YamlNode root = YamlTree.read(yaml, problems);
    Topology topology = new TopologyReader(problems).topology(root);
    problems.throwIfAny();
    return topology;
  }

  private Topology topology(YamlNode root) {
    if (!(root instanceof YamlNode.Mapping)) {
      throw problems.fatal(root.at(), "the file has no keys; begin with 'version: 1'");
    }
    Map<String, YamlNode.Entry> sections = mappings.fixed("", root, "keys", SECTIONS);
    version(root, sections.get("version"));
    return new Topology(
        new RouteReader(problems, values, mappings)
            .table(sections.get("routes"), sections.get("unlisted")),
        new ObjectReader(problems, values, mappings).objects(sections),
        manages(sections.get("manages")),
        accept(sections.get("accept")));
  }

  private void version(YamlNode root, YamlNode.@Nullable Entry entry) {
    if (entry == null) {
      problems.add(root.at(), "the key 'version' is missing; write 'version: 1'");
      return;
    }
    boolean known =
        entry.value() instanceof YamlNode.Scalar scalar
            && scalar.form() == Form.WHOLE
            && scalar.text().equals("1");
    if (!known) {
      values.refuse("version", entry.value(), "1, the version of this format");
    }
  }

  private Manages manages(YamlNode.@Nullable Entry entry) {
    Map<ObjectKind, List<String>> prefixes = new EnumMap<>(ObjectKind.class);
    if (entry == null) {
      return new Manages(prefixes);
    }
    List<String> known = Stream.of(ObjectKind.values()).map(ObjectKind::section).toList();
    Map<String, YamlNode.Entry> kinds =
        mappings.fixed("manages", entry.value(), "lists of name prefixes by kind", known);
    for (ObjectKind kind : ObjectKind.values()) {
      YamlNode.Entry list = kinds.get(kind.section());
      if (list != null) {
        prefixes.put(kind, prefixes(list));
      }
    }
    return new Manages(prefixes);
  }

  private List<String> prefixes(YamlNode.Entry list) {
    List<String> prefixes = new ArrayList<>();
    for (MappingReader.LocatedText prefix :
        mappings.texts(list.key(), list.value(), "a name prefix")) {
      prefixProblem(prefix.text())
          .ifPresentOrElse(
              why -> problems.add(prefix.at(), "prefix " + Quoted.of(prefix.text()) + " " + why),
              () -> prefixes.add(prefix.text()));
    }
    return prefixes;
  }

  /// Why a name prefix is refused, as the end of a sentence; empty when it is legal. A prefix
  /// exposes all matching objects to `--prune`, so a careless one is refused.
  public static Optional<String> prefixProblem(String prefix) {
    if (prefix.startsWith("#")) {
      return Optional.of("begins with '#', which is reserved for the broker");
    }
    if (prefix.codePointCount(0, prefix.length()) < NAME_PREFIX_CHARS_MIN) {
      return Optional.of(
          "is too short; with fewer than "
              + NAME_PREFIX_CHARS_MIN
              + " characters it could cover objects of others");
    }
    if (BUILT_IN.startsWith(prefix)) {
      return Optional.of("covers '" + BUILT_IN + "', which the broker comes with");
    }
    if (prefix.contains("*")) {
      return Optional.of("is not a pattern; write the beginning of the names, without '*'");
    }
    return Optional.empty();
  }

  private Map<String, String> accept(YamlNode.@Nullable Entry entry) {
    Map<String, String> accepted = new LinkedHashMap<>();
    if (entry == null) {
      return accepted;
    }
    String wants = "finding ids, each with a reason";
    for (YamlNode.Entry finding : mappings.entries("accept", entry.value(), wants)) {
      if (FindingKind.of(finding.key()).isEmpty()) {
        problems.add(
            finding.at(), "there is no finding " + Quoted.of(finding.key()) + known(finding.key()));
      }
      String reason = values.plainText(finding.key(), finding.value(), "a reason");
      if (reason != null && reason.isBlank()) {
        problems.add(finding.value().at(), "'" + finding.key() + "' has no reason");
      } else if (reason != null) {
        accepted.put(finding.key(), reason);
      }
    }
    return accepted;
  }

  private static String known(String id) {
    return Suggestion.nearest(id, FindingKind.ids()).isPresent()
        ? Suggestion.phrase(id, FindingKind.ids())
        : "; docs/reference/findings.md lists them";
  }
}
