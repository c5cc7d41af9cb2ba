package stripebridge.sandbox.internal.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads `attributes.tsv` once. A mistake in that file is our bug and fails the start.
final class AttributeTable {

  private static final Map<ObjectKind, SortedMap<String, Attribute>> TABLE = read();

  private AttributeTable() {}

  static Map<String, Attribute> of(ObjectKind kind) {
    return Objects.requireNonNull(TABLE.get(kind));
  }

  private static Map<ObjectKind, SortedMap<String, Attribute>> read() {
    EnumMap<ObjectKind, SortedMap<String, Attribute>> table = new EnumMap<>(ObjectKind.class);
    SortedMap<String, Attribute> section = new TreeMap<>();
    for (String line : lines()) {
      if (line.startsWith("[")) {
        section = new TreeMap<>();
        table.put(kind(line.substring(1, line.length() - 1)), section);
      } else if (!line.isBlank() && !line.startsWith("#")) {
        Attribute attribute = attribute(line.split("\t", -1));
        section.put(attribute.name(), attribute);
      }
    }
    table.replaceAll((_, attributes) -> Collections.unmodifiableSortedMap(attributes));
    return table;
  }

  private static List<String> lines() {
    try (InputStream in = AttributeTable.class.getResourceAsStream("attributes.tsv")) {
      InputStream bytes = Objects.requireNonNull(in, "attributes.tsv is not on the class path");
      return new String(bytes.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectKind kind(String sempName) {
    return Arrays.stream(ObjectKind.values())
        .filter(kind -> kind.sempName().equals(sempName))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("attributes.tsv: no kind " + sempName));
  }

  private static Attribute attribute(String[] column) {
    Attribute.Type type = Attribute.Type.valueOf(column[1].toUpperCase(Locale.ROOT));
    String limits = column[3];
    Set<Threshold.Unit> units = units(limits, type);
    List<String> words = List.of(column[4].split(" "));
    return new Attribute(
        column[0],
        type,
        defaultValue(column[2], type),
        limits.contains("..") ? range(limits) : Attribute.Range.ANY,
        type == Attribute.Type.ENUM ? List.of(limits.split("\\|")) : List.of(),
        units,
        flags(words),
        valuesOf("disables:", words),
        valuesOf("with:", words).stream().findFirst(),
        column[5].equals("-") ? SempVersion.FIRST : SempVersion.parse(column[5]),
        column[6].equals("-") ? Optional.empty() : Optional.of(Pattern.compile(column[6])));
  }

  private static @Nullable Object defaultValue(String text, Attribute.Type type) {
    if (text.equals("-")) {
      return null;
    }
    return switch (type) {
      case BOOL -> Boolean.valueOf(text);
      case INT32, INT64 -> Long.valueOf(text);
      case TEXT, ENUM -> text.equals("''") ? "" : text;
      case THRESHOLD ->
          Threshold.parse(text, text.contains("%") ? Threshold.Unit.PERCENT : Threshold.Unit.VALUE);
    };
  }

  private static Attribute.Range range(String text) {
    String[] bounds = text.split("\\.\\.", 2);
    return new Attribute.Range(Long.parseLong(bounds[0]), Long.parseLong(bounds[1]));
  }

  private static Set<Threshold.Unit> units(String limits, Attribute.Type type) {
    if (type != Attribute.Type.THRESHOLD) {
      return Set.of();
    }
    return switch (limits) {
      case "any" -> EnumSet.allOf(Threshold.Unit.class);
      case "value" -> EnumSet.of(Threshold.Unit.VALUE);
      case "percent" -> EnumSet.of(Threshold.Unit.PERCENT);
      default -> throw new IllegalStateException("attributes.tsv: no unit " + limits);
    };
  }

  private static Set<Attribute.Flag> flags(List<String> words) {
    EnumSet<Attribute.Flag> flags = EnumSet.noneOf(Attribute.Flag.class);
    for (String word : words) {
      switch (word) {
        case "id" -> flags.add(Attribute.Flag.ID);
        case "required" -> flags.add(Attribute.Flag.REQUIRED);
        case "const" -> flags.add(Attribute.Flag.CONST);
        case "path" -> flags.add(Attribute.Flag.PATH);
        case "writeOnly" -> flags.add(Attribute.Flag.WRITE_ONLY);
        case "opaque" -> flags.add(Attribute.Flag.OPAQUE);
        case "deprecated" -> flags.add(Attribute.Flag.DEPRECATED);
        case "global" -> flags.add(Attribute.Flag.GLOBAL);
        case "platform" -> flags.add(Attribute.Flag.PLATFORM);
        case "cidr" -> flags.add(Attribute.Flag.CIDR);
        case "-" -> {}
        default -> {
          if (!word.contains(":")) {
            throw new IllegalStateException("attributes.tsv: no flag " + word);
          }
        }
      }
    }
    return Collections.unmodifiableSet(flags);
  }

  private static List<String> valuesOf(String prefix, List<String> words) {
    return words.stream()
        .filter(word -> word.startsWith(prefix))
        .map(word -> word.substring(prefix.length()))
        .toList();
  }
}
