package stripebridge.acceptance.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Phrases that give away a sentence thought in another language, each with what to write instead.
final class TranslatedPhrases {
  /// A space in a phrase also matches a line break within a comment, or between two parts of a
  /// string.
  private static final String SPACE = "(?:[\\s/]|\"\\s*\\+\\s*\")+";

  private static final List<Phrase> PHRASES =
      List.of(
          phrase("as (?:many|much)(?: \\w+)* as may(?: be)?", "name the limit"),
          phrase("(?:for|of|by|to|than|keeps?|wakes|reaches) who \\w+", "name the subject"),
          phrase("(?<=[.;:/]\\s)who \\w+s", "name the subject"),
          phrase("whoever", "name the subject"),
          phrase("(?:is|are) to be", "say 'must', 'will' or 'should be'"),
          phrase("told as", "say 'reported as'"),
          phrase("those (?:who|whose|which)", "repeat the noun"),
          phrase("that of", "repeat the noun"),
          phrase("the ones? that", "repeat the noun"),
          phrase(
              "all that (?:is|are|was|has|have|it|they|there|comes|waits|needs)",
              "say 'all' and the noun"),
          phrase("there (?:is|are|was|were) none", "say 'no' and the noun, or 'absent'"),
          phrase(
              "(?<!there\\s)(?<!appendonly\\s)(?:is|are|was|were) no"
                  + "(?! longer| more| less| such| better| worse| faster)",
              "say 'is not a'"),
          phrase("(?<!(?:all|any|ost|ome)\\s)of which", "start a new sentence"),
          phrase("(?:by|upon) which", "start a new sentence"),
          phrase("so many", "name the number"),
          phrase("bec[ao]mes? of", "say 'what happens to'"),
          phrase("(?:brings?|brought|comes?) about", "say 'causes', or 'happens'"),
          phrase("go(?:es)? by", "say 'uses', or 'follows'"),
          phrase("knows? of", "say 'knows about'"),
          phrase("says? of", "say 'says about'"),
          phrase("but for", "say 'except'"),
          phrase("without a word", "say 'silently'"),
          phrase("for ever", "say 'forever'"),
          phrase("hence", "say 'so'"),
          phrase("anew", "say 'again', or use a verb with 're'"));

  private TranslatedPhrases() {}

  private record Phrase(Pattern pattern, String instead) {}

  private static Phrase phrase(String regex, String instead) {
    Pattern pattern =
        Pattern.compile("\\b(?:" + regex.replace(" ", SPACE) + ")\\b", Pattern.CASE_INSENSITIVE);
    return new Phrase(pattern, instead);
  }

  /// Each phrase found in a file, as `path:line: 'phrase'; what to do`.
  static List<String> in(SourceFile file) {
    List<String> found = new ArrayList<>();
    for (Phrase phrase : PHRASES) {
      for (MatchResult match : phrase.pattern().matcher(file.text()).results().toList()) {
        String seen = match.group().replaceAll(SPACE, " ");
        int line = lineAt(file.text(), match.start());
        found.add("%s:%d: '%s'; %s".formatted(file.path(), line, seen, phrase.instead()));
      }
    }
    return found;
  }

  private static int lineAt(String text, int position) {
    return 1 + (int) text.substring(0, position).chars().filter(c -> c == '\n').count();
  }
}
