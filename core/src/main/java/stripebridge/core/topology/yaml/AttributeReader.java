package stripebridge.core.topology.yaml;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import stripebridge.core.problem.Quoted;
import stripebridge.core.problem.Suggestion;
import stripebridge.core.topology.model.Attribute;
import stripebridge.core.topology.model.AttributeType;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.AttributeValue.Threshold.Unit;
import stripebridge.core.topology.yaml.YamlNode.Form;
import stripebridge.core.topology.yaml.YamlNode.Position;

/// Reads the values of SEMP attributes and reports each problem at its place.
final class AttributeReader {
  /// A reference to the environment: the only way to write a secret.
  static final Pattern REFERENCE = Pattern.compile("\\$\\{env:([A-Za-z_][A-Za-z0-9_]{0,127})\\}");

  /// YAML 1.1's other words for true and false, which some parsers read as text and others as
  /// booleans.
  private static final Map<String, Boolean> SWITCHES =
      Map.of("yes", true, "on", true, "y", true, "no", false, "off", false, "n", false);

  private final LocatedProblems problems;

  AttributeReader(LocatedProblems problems) {
    this.problems = problems;
  }

  /// The value of an attribute; empty when it is not legal, which is then reported.
  Optional<AttributeValue> value(Attribute attribute, YamlNode.Entry entry) {
    if (entry.value() instanceof YamlNode.Unreadable) {
      return Optional.empty();
    }
    String name = entry.key();
    return Optional.ofNullable(
        switch (attribute.type()) {
          case AttributeType.Flag _ -> flag(name, entry.value());
          case AttributeType.Whole whole -> whole(name, entry.value(), whole);
          case AttributeType.Text text -> text(name, entry.value(), text);
          case AttributeType.Choice choice -> choice(name, entry.value(), choice);
          case AttributeType.Threshold threshold -> threshold(name, entry.value(), threshold);
          case AttributeType.Secret _ -> secret(name, entry.value());
        });
  }

  /// A single text; null when it is missing, which is then reported.
  ///
  /// @param wants what is expected: `a topic`
  @Nullable String plainText(String name, YamlNode node, String wants) {
    if (!(node instanceof YamlNode.Scalar scalar) || scalar.form() == Form.NOTHING) {
      refuse(name, node, wants);
      return null;
    }
    if (scalar.text().contains("${")) {
      problems.add(
          scalar.at(),
          Quoted.of(name) + " cannot come from the environment, only secrets can; write the value");
      return null;
    }
    if (scalar.form() != Form.TEXT) {
      String hint = "; put " + Quoted.of(scalar.text()) + " in quotes";
      problems.add(scalar.at(), Quoted.of(name) + " wants " + wants + hint);
      return null;
    }
    return scalar.text();
  }

  /// `true` or `false`; null when it is neither, which is then reported.
  AttributeValue.@Nullable Flag flag(String name, YamlNode node) {
    if (node instanceof YamlNode.Scalar scalar && scalar.form() != Form.NOTHING) {
      if (scalar.form() == Form.BOOLEAN && Set.of("true", "false").contains(scalar.text())) {
        return new AttributeValue.Flag(scalar.text().equals("true"));
      }
      String lower = scalar.text().toLowerCase(Locale.ROOT);
      Boolean meant = SWITCHES.get(lower);
      String hint = "";
      if (meant != null) {
        hint = "; write " + meant;
      } else if (Set.of("true", "false").contains(lower)) {
        hint = "; write " + lower + (scalar.form() == Form.TEXT ? " without quotes" : "");
      }
      refuse(name, scalar.at(), "true or false", Quoted.of(scalar.text()) + hint);
      return null;
    }
    refuse(name, node, "true or false");
    return null;
  }

  private AttributeValue.@Nullable Whole whole(
      String name, YamlNode node, AttributeType.Whole type) {
    String wants = "a whole number from " + type.min() + " to " + type.max();
    if (!(node instanceof YamlNode.Scalar scalar) || scalar.form() == Form.NOTHING) {
      refuse(name, node, wants);
      return null;
    }
    String text = scalar.text();
    // YAML 1.1 reads 010 as eight and 1_000 as a thousand; here a number has plain digits only.
    boolean plain = scalar.form() == Form.WHOLE && text.matches("-?(0|[1-9][0-9]{0,17})");
    if (plain) {
      long value = Long.parseLong(text);
      if (value >= type.min() && value <= type.max()) {
        return new AttributeValue.Whole(value);
      }
    }
    String hint = "";
    if (scalar.form() == Form.TEXT && text.matches("[0-9]{1,18}")) {
      hint = "; remove the quotes";
    } else if (scalar.form() == Form.WHOLE && !text.matches("-?(0|[1-9][0-9]*)")) {
      hint = "; write plain digits";
    }
    refuse(name, scalar.at(), wants, Quoted.of(text) + hint);
    return null;
  }

  private AttributeValue.@Nullable Text text(String name, YamlNode node, AttributeType.Text type) {
    String text = plainText(name, node, "a text");
    if (text == null) {
      return null;
    }
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    @Nullable String wrong = null;
    if (bytes < type.bytesMin()) {
      wrong = "is empty";
    } else if (bytes > type.bytesMax()) {
      wrong = "has " + bytes + " bytes; at most " + type.bytesMax() + " are allowed";
    } else if (text.chars().anyMatch(Character::isISOControl)) {
      wrong = "contains a control character";
    } else if (!type.pattern().isEmpty() && !text.matches(type.pattern())) {
      wrong = "does not match " + type.pattern();
    }
    if (wrong != null) {
      problems.add(node.at(), "'" + name + "' " + Quoted.of(text) + " " + wrong);
      return null;
    }
    return new AttributeValue.Text(text);
  }

  /// One of the words; null when it is not, which is then reported.
  AttributeValue.@Nullable Text choice(String name, YamlNode node, AttributeType.Choice type) {
    String wants = "one of " + String.join(", ", type.words());
    if (node instanceof YamlNode.Scalar scalar && scalar.form() != Form.NOTHING) {
      if (scalar.form() == Form.TEXT && type.words().contains(scalar.text())) {
        return new AttributeValue.Text(scalar.text());
      }
      String hint = Suggestion.phrase(scalar.text(), type.words());
      refuse(name, scalar.at(), wants, Quoted.of(scalar.text()) + hint);
      return null;
    }
    refuse(name, node, wants);
    return null;
  }

  private AttributeValue.@Nullable Threshold threshold(
      String name, YamlNode node, AttributeType.Threshold type) {
    List<String> shapes = new ArrayList<>();
    for (Unit unit : Unit.values()) {
      if (type.units().contains(unit)) {
        shapes.add("{ " + unit.setField() + ": …, " + unit.clearField() + ": … }");
      }
    }
    String wants = String.join(" or ", shapes);
    if (!(node instanceof YamlNode.Mapping mapping)) {
      refuse(name, node, wants);
      return null;
    }
    Map<String, YamlNode> fields = new LinkedHashMap<>();
    mapping.entries().forEach(field -> fields.put(field.key(), field.value()));
    for (Unit unit : type.units()) {
      YamlNode set = fields.get(unit.setField());
      YamlNode clear = fields.get(unit.clearField());
      if (set != null && clear != null && fields.size() == 2 && mapping.entries().size() == 2) {
        return threshold(name, unit, set, clear);
      }
    }
    problems.add(mapping.at(), "'" + name + "' wants " + wants);
    return null;
  }

  private AttributeValue.@Nullable Threshold threshold(
      String name, Unit unit, YamlNode setNode, YamlNode clearNode) {
    long max =
        unit == Unit.PERCENT
            ? AttributeType.Threshold.PERCENT_MAX
            : AttributeType.Threshold.VALUE_MAX;
    AttributeType.Whole bounds = new AttributeType.Whole(0, max);
    AttributeValue.Whole set = whole(name + "." + unit.setField(), setNode, bounds);
    AttributeValue.Whole clear = whole(name + "." + unit.clearField(), clearNode, bounds);
    if (set == null || clear == null) {
      return null;
    }
    if (clear.value() > set.value()) {
      problems.add(
          clearNode.at(),
          "'" + name + "." + unit.clearField() + "' must not be above " + unit.setField());
      return null;
    }
    return new AttributeValue.Threshold(unit, set.value(), clear.value());
  }

  /// Never quotes the text in a problem: it may be the secret.
  private AttributeValue.@Nullable SecretReference secret(String name, YamlNode node) {
    if (node instanceof YamlNode.Scalar scalar && scalar.form() == Form.TEXT) {
      Matcher matcher = REFERENCE.matcher(scalar.text());
      if (matcher.matches()) {
        return new AttributeValue.SecretReference(matcher.group(1));
      }
    }
    problems.add(
        node.at(),
        "'" + name + "' must not be in this file; name its environment variable: ${env:NAME}");
    return null;
  }

  /// Reports a node of the wrong shape; an unreadable node is already reported.
  void refuse(String name, YamlNode node, String wants) {
    switch (node) {
      case YamlNode.Mapping _ -> refuse(name, node.at(), wants, "a mapping");
      case YamlNode.Sequence _ -> refuse(name, node.at(), wants, "a list");
      case YamlNode.Scalar(Position at, Form form, String _) when form == Form.NOTHING ->
          problems.add(at, Quoted.of(name) + " has no value; it wants " + wants);
      case YamlNode.Scalar(Position at, Form _, String text) ->
          refuse(name, at, wants, Quoted.of(text));
      case YamlNode.Unreadable _ -> {}
    }
  }

  private void refuse(String name, Position at, String wants, String seen) {
    problems.add(at, Quoted.of(name) + " wants " + wants + ", not " + seen);
  }
}
