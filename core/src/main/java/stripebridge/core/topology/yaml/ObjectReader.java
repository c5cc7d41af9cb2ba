package stripebridge.core.topology.yaml;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import stripebridge.core.problem.Quoted;
import stripebridge.core.problem.Suggestion;
import stripebridge.core.topology.model.AclException;
import stripebridge.core.topology.model.AclProfileSpec;
import stripebridge.core.topology.model.Attribute;
import stripebridge.core.topology.model.AttributeTable;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.core.topology.model.Cidr;
import stripebridge.core.topology.model.ClientProfileSpec;
import stripebridge.core.topology.model.ClientUsernameSpec;
import stripebridge.core.topology.model.ObjectKind;
import stripebridge.core.topology.model.QueueSpec;
import stripebridge.core.topology.model.TopicRules;
import stripebridge.core.topology.yaml.YamlNode.Position;

/// Reads the sections that declare broker objects.
final class ObjectReader {
  private static final String DEFAULTS = "queueDefaults";
  private static final String EXTERNAL = "external";
  private static final String SUBSCRIPTIONS = "subscriptions";
  private static final String MQTT = "mqtt";

  private final LocatedProblems problems;
  private final AttributeReader values;
  private final MappingReader mappings;

  ObjectReader(LocatedProblems problems, AttributeReader values, MappingReader mappings) {
    this.problems = problems;
    this.values = values;
    this.mappings = mappings;
  }

  BrokerObjects objects(Map<String, YamlNode.Entry> sections) {
    List<ClientProfileSpec> clientProfiles = new ArrayList<>();
    List<AclProfileSpec> aclProfiles = new ArrayList<>();
    List<ClientUsernameSpec> usernames = new ArrayList<>();
    List<QueueSpec> queues = new ArrayList<>();
    List<Declared> all = new ArrayList<>();
    Declared defaults = queueDefaults(sections.get(DEFAULTS));
    for (ObjectKind kind : ObjectKind.values()) {
      for (Declared object : section(kind, sections.get(kind.section()), defaults)) {
        all.add(object);
        String name = object.name();
        switch (kind) {
          case CLIENT_PROFILE ->
              clientProfiles.add(new ClientProfileSpec(name, object.external, object.attributes));
          case ACL_PROFILE ->
              aclProfiles.add(
                  new AclProfileSpec(name, object.external, object.attributes, object.exceptions));
          case CLIENT_USERNAME -> usernames.add(new ClientUsernameSpec(name, object.attributes));
          case QUEUE -> queues.add(new QueueSpec(name, object.attributes, object.subscriptions));
        }
      }
    }
    new ReferenceCheck(problems, all).run();
    return new BrokerObjects(clientProfiles, aclProfiles, usernames, queues);
  }

  private @Nullable Declared queueDefaults(YamlNode.@Nullable Entry entry) {
    if (entry == null) {
      return null;
    }
    Declared defaults = new Declared(ObjectKind.QUEUE, entry.key(), entry.at());
    String wants = "queue attributes with values";
    for (YamlNode.Entry field : mappings.entries(DEFAULTS, entry.value(), wants)) {
      attribute(defaults, field, List.of());
    }
    return defaults;
  }

  private List<Declared> section(
      ObjectKind kind, YamlNode.@Nullable Entry section, @Nullable Declared defaults) {
    List<Declared> objects = new ArrayList<>();
    if (section == null) {
      return objects;
    }
    String wants = "names, each with its attributes";
    for (YamlNode.Entry entry : mappings.entries(kind.section(), section.value(), wants)) {
      Declared object = new Declared(kind, entry.key(), entry.at());
      if (kind == ObjectKind.QUEUE && defaults != null) {
        object.attributes.putAll(defaults.attributes);
      }
      fields(object, entry.value());
      kind.nameProblem(object.name, object.external)
          .ifPresent(why ->
              problems.add(
                  entry.at(), kind.words() + " name " + Quoted.of(entry.key()) + " " + why));
      objects.add(object);
    }
    return objects;
  }

  private void fields(Declared object, YamlNode node) {
    String wants = "attributes with values, or {} to leave all to the broker";
    if (node instanceof YamlNode.Scalar && object.kind == ObjectKind.CLIENT_USERNAME) {
      // Not quoted: it may be a password in place of the attributes.
      problems.add(node.at(), Quoted.of(object.name) + " wants " + wants);
      return;
    }
    if (!(node instanceof YamlNode.Mapping)) {
      values.refuse(object.name, node, wants);
      return;
    }
    List<String> structure = structure(object.kind);
    for (YamlNode.Entry field : mappings.entries(object.name, node, "attributes with values")) {
      if (!structure.contains(field.key())) {
        attribute(object, field, structure);
      } else if (field.key().equals(EXTERNAL)) {
        AttributeValue.Flag external = values.flag(EXTERNAL, field.value());
        object.external = external != null && external.value();
      } else if (field.key().equals(SUBSCRIPTIONS)) {
        subscriptions(object, field);
      } else {
        exceptions(object, field);
      }
    }
  }

  /// The keys that an object of this kind may have in addition to attributes.
  static List<String> structure(ObjectKind kind) {
    return switch (kind) {
      case QUEUE -> List.of(SUBSCRIPTIONS);
      case CLIENT_PROFILE -> List.of(EXTERNAL);
      case ACL_PROFILE ->
          Stream.concat(
                  Stream.of(EXTERNAL),
                  Stream.of(AclException.Kind.values()).map(AclException.Kind::key))
              .toList();
      case CLIENT_USERNAME -> List.of();
    };
  }

  private void attribute(Declared object, YamlNode.Entry field, List<String> structure) {
    AttributeTable table = object.kind.attributes();
    Optional<Attribute> known = table.find(field.key());
    if (known.isPresent()) {
      object.places.put(field.key(), field.value().at());
      values
          .value(known.get(), field)
          .ifPresent(value -> object.attributes.put(field.key(), value));
      return;
    }
    problems.add(field.at(), unknown(object.kind, field.key(), structure));
  }

  private static String unknown(ObjectKind kind, String key, List<String> structure) {
    AttributeTable table = kind.attributes();
    if (table.deprecated().contains(key)) {
      return "'" + key + "' is deprecated in SEMP and cannot be set here; remove it";
    }
    if (key.equals(table.identity())) {
      return "'" + key + "' is the key above; remove it";
    }
    if (key.equals("msgVpnName")) {
      return "'msgVpnName' is a setting (SOLACE_VPN), not part of a topology; remove it";
    }
    Collection<String> candidates = new LinkedHashSet<>(structure);
    candidates.addAll(table.names());
    return "unknown "
        + kind.words()
        + " attribute "
        + Quoted.of(key)
        + Suggestion.phrase(key, candidates);
  }

  private void subscriptions(Declared object, YamlNode.Entry field) {
    for (MappingReader.LocatedText topic :
        mappings.texts(SUBSCRIPTIONS, field.value(), "a topic")) {
      TopicRules.subscriptionProblem(topic.text())
          .ifPresentOrElse(
              why ->
                  problems.add(topic.at(), "subscription " + Quoted.of(topic.text()) + " " + why),
              () -> object.subscriptions.add(topic.text()));
    }
  }

  private void exceptions(Declared object, YamlNode.Entry field) {
    AclException.Kind kind =
        Stream.of(AclException.Kind.values())
            .filter(k -> k.key().equals(field.key()))
            .findFirst()
            .orElseThrow();
    boolean topics = kind != AclException.Kind.CLIENT_CONNECT;
    String wants = topics ? "a topic or { mqtt: topic }" : "an address range such as 10.0.0.0/8";
    for (YamlNode item : mappings.items(field.key(), field.value(), "a list, each item " + wants)) {
      AclException.Syntax syntax = AclException.Syntax.SMF;
      YamlNode node = item;
      if (topics && item instanceof YamlNode.Mapping mapping && !mapping.entries().isEmpty()) {
        syntax = AclException.Syntax.MQTT;
        YamlNode.Entry entry = mappings.fixed(field.key(), item, wants, List.of(MQTT)).get(MQTT);
        if (entry == null) {
          continue; // Has another key, which is already reported.
        }
        node = entry.value();
      }
      String text = mappings.text(field.key(), node, wants);
      if (text != null) {
        exception(object, field.key(), node.at(), new AclException(kind, syntax, text));
      }
    }
  }

  private void exception(Declared object, String key, Position at, AclException exception) {
    Optional<String> wrong = problem(exception);
    if (wrong.isPresent()) {
      problems.add(at, "'" + key + "' " + Quoted.of(exception.value()) + " " + wrong.get());
    } else if (!object.exceptions.add(exception)) {
      problems.add(at, "'" + key + "' has " + Quoted.of(exception.value()) + " twice");
    }
  }

  /// Why an exception is not legal, as the end of a sentence; empty when it is.
  static Optional<String> problem(AclException exception) {
    return switch (exception.kind()) {
      case CLIENT_CONNECT -> Cidr.problem(exception.value());
      case PUBLISH_TOPIC, SUBSCRIBE_TOPIC ->
          TopicRules.exceptionProblem(exception.syntax(), exception.value());
      case SUBSCRIBE_SHARE_NAME -> TopicRules.shareNameProblem(exception.value());
    };
  }

  /// One object as far as it could be read, with the places for later problems.
  static final class Declared {
    private final ObjectKind kind;
    private final String name;
    private final Position at;
    private boolean external;
    private final Map<String, AttributeValue> attributes = new LinkedHashMap<>();
    private final Map<String, Position> places = new LinkedHashMap<>();
    private final Set<String> subscriptions = new LinkedHashSet<>();
    private final Set<AclException> exceptions = new LinkedHashSet<>();

    Declared(ObjectKind kind, String name, Position at) {
      this.kind = kind;
      this.name = name;
      this.at = at;
    }

    ObjectKind kind() {
      return kind;
    }

    String name() {
      return name;
    }

    /// The text of an attribute; empty when it is not set.
    Optional<String> text(String attribute) {
      return attributes.get(attribute) instanceof AttributeValue.Text(String text)
          ? Optional.of(text)
          : Optional.empty();
    }

    /// The place of an attribute's value, or of the object when the value is inherited.
    Position place(String attribute) {
      return places.getOrDefault(attribute, at);
    }
  }
}
