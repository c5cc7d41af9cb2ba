package stripebridge.core.topology.model;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/// The kinds of broker objects that a topology declares.
public enum ObjectKind {
  CLIENT_PROFILE(
      "client profile",
      "clientProfiles",
      32,
      "^#?[A-Za-z0-9_-]+$",
      "letters, digits, '-' and '_' only"),
  ACL_PROFILE("ACL profile", "aclProfiles", 32, "", ""),
  CLIENT_USERNAME("client username", "clientUsernames", 189, "^[^?*]+$", "no '?' and no '*'"),
  QUEUE("queue", "queues", 200, "^[^*?'<>&;]+$", "none of * ? ' < > & ;");

  /// The only queue names that are the broker's own: it finds all other queues by them.
  private static final String ADDRESSES = "#P2P";

  private final String words;
  private final String section;
  private final int nameBytesMax;
  private final Pattern namePattern;
  private final String nameWords;

  ObjectKind(String words, String section, int nameBytesMax, String namePattern, String nameWords) {
    this.words = words;
    this.section = section;
    this.nameBytesMax = nameBytesMax;
    this.namePattern = Pattern.compile(namePattern);
    this.nameWords = nameWords;
  }

  /// The kind's name in a sentence: `client profile`.
  public String words() {
    return words;
  }

  /// The key of its section in `topology.yaml`, which is SEMP's name of the collection.
  public String section() {
    return section;
  }

  /// The attributes of this kind of object.
  public AttributeTable attributes() {
    return switch (this) {
      case CLIENT_PROFILE -> AttributeTable.CLIENT_PROFILE;
      case ACL_PROFILE -> AttributeTable.ACL_PROFILE;
      case CLIENT_USERNAME -> AttributeTable.CLIENT_USERNAME;
      case QUEUE -> AttributeTable.QUEUE;
    };
  }

  /// The longest name, in UTF-8 bytes.
  public int nameBytesMax() {
    return nameBytesMax;
  }

  /// SEMP's regular expression for a name; empty when any character is legal.
  public String namePattern() {
    return namePattern.pattern();
  }

  /// Why an object cannot have this name, as the end of a sentence; empty when it can.
  ///
  /// @param external whether others own the object: then it may be one of the broker's own
  public Optional<String> nameProblem(String name, boolean external) {
    if (name.isBlank()) {
      return Optional.of("is empty");
    }
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > nameBytesMax) {
      return Optional.of("has " + bytes + " bytes; at most " + nameBytesMax + " are allowed");
    }
    Optional<String> path = TopicRules.pathProblem(name);
    if (path.isPresent()) {
      return path;
    }
    if (name.startsWith(this == QUEUE ? ADDRESSES : "#") && !external) {
      return Optional.of("begins with '#', which is reserved for the broker");
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      return Optional.of("contains a control character");
    }
    if (!namePattern().isEmpty() && !namePattern.matcher(name).matches()) {
      return Optional.of("may have " + nameWords);
    }
    return Optional.empty();
  }
}
