package stripebridge.core.capture;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The name of a capture's file: all that the limits need, so that a folder tells its state to the
/// next process. Names sort by time. Nothing of a request is in it but the reason of its refusal.
///
/// @param at when it was refused, to the millisecond
/// @param unique a random number: several processes may share a folder
public record CaptureName(Instant at, CaptureReason reason, CaptureRoom room, long unique) {
  private static final String PREFIX = "refused-";
  private static final String SUFFIX = ".json";
  // A file that is being written. A reader must not take it for a whole one.
  private static final String UNFINISHED = ".part";
  private static final Pattern NAME =
      Pattern.compile(
          PREFIX + "(\\d{8}T\\d{9})Z-([a-z_]{1,40})-([a-z]{1,10})-([0-9a-f]{16})\\.json(\\.part)?");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS").withZone(ZoneOffset.UTC);

  public CaptureName {
    at = at.truncatedTo(ChronoUnit.MILLIS);
  }

  /// The name of the file.
  public String text() {
    return PREFIX
        + TIME.format(at)
        + "Z-"
        + reason.code()
        + "-"
        + room.word()
        + "-"
        + HexFormat.of().toHexDigits(unique)
        + SUFFIX;
  }

  /// The name of the file while it is written.
  public String unfinishedText() {
    return text() + UNFINISHED;
  }

  /// Whether this is the name of a file that is not complete.
  public static boolean isUnfinished(String text) {
    return text.endsWith(UNFINISHED);
  }

  /// Reads a file's name, of a finished file or of one that is being written; empty for any other
  /// file.
  public static Optional<CaptureName> of(String text) {
    Matcher parts = NAME.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    try {
      Instant at = Instant.from(TIME.parse(parts.group(1)));
      return CaptureReason.of(parts.group(2))
          .flatMap(reason ->
              CaptureRoom.of(parts.group(3))
                  .map(room ->
                      new CaptureName(
                          at, reason, room, HexFormat.fromHexDigitsToLong(parts.group(4)))));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }
}
