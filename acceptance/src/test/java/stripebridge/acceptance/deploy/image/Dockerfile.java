package stripebridge.acceptance.deploy.image;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stripebridge.acceptance.Project;

/// What a Dockerfile says, as far as ours uses the language: stages, and what the image of each one
/// starts with. `ARG`s have their defaults. Whatever this reader does not know is refused with the
/// number of its line, so that no test passes over it.
public record Dockerfile(Map<String, String> globalArgs, List<Stage> stages) {

  /// One `FROM` and the instructions up to the next.
  ///
  /// @param name what it is called by `AS`; empty without
  /// @param from the base, with `ARG`s replaced: an image, an earlier stage, or `scratch`
  /// @param line where its `FROM` is, from 1
  /// @param instructions those after its `FROM`
  /// @param config what its image starts with, together with what an earlier stage that it is based
  ///   on says
  public record Stage(
      String name, String from, int line, List<Instruction> instructions, ImageConfig config) {

    /// The instructions with this keyword, in their order.
    public List<Instruction> instructions(String keyword) {
      return instructions.stream().filter(one -> one.keyword().equals(keyword)).toList();
    }
  }

  /// Reads the project's Dockerfile.
  public static Dockerfile ofProject() throws IOException {
    return parse(Files.readString(Project.root().resolve("Dockerfile")));
  }

  /// Reads the text of a Dockerfile.
  ///
  /// @throws IllegalArgumentException with the line, for what this reader does not know
  public static Dockerfile parse(String text) {
    Map<String, String> globalArgs = new LinkedHashMap<>();
    List<Stage> stages = new ArrayList<>();
    List<Instruction> rest = Instruction.parse(text);
    int at = 0;
    while (at < rest.size() && rest.get(at).keyword().equals("ARG")) {
      Instruction arg = rest.get(at++);
      for (String word : arg.words(globalArgs)) {
        int equals = word.indexOf('=');
        if (equals > 0) {
          globalArgs.put(word.substring(0, equals), word.substring(equals + 1));
        }
      }
    }
    while (at < rest.size()) {
      Instruction from = rest.get(at++);
      int end = at;
      while (end < rest.size() && !rest.get(end).keyword().equals("FROM")) {
        end++;
      }
      stages.add(stage(from, rest.subList(at, end), globalArgs, stages));
      at = end;
    }
    if (stages.isEmpty()) {
      throw new IllegalArgumentException("the Dockerfile has no FROM");
    }
    return new Dockerfile(Map.copyOf(globalArgs), List.copyOf(stages));
  }

  /// The stage that `docker build` makes an image of.
  public Stage lastStage() {
    return stages.getLast();
  }

  /// What a container of the image starts with.
  public ImageConfig config() {
    return lastStage().config();
  }

  private static Stage stage(
      Instruction from,
      List<Instruction> instructions,
      Map<String, String> globalArgs,
      List<Stage> earlier) {
    List<String> words = from.words(globalArgs);
    boolean isNamed = words.size() == 3 && words.get(1).equalsIgnoreCase("AS");
    if (!from.keyword().equals("FROM") || (words.size() != 1 && !isNamed)) {
      throw from.refused("expected FROM image [AS name]");
    }
    Optional<Stage> base = named(words.getFirst(), earlier);
    return new Stage(
        isNamed ? words.getLast() : "",
        words.getFirst(),
        from.line(),
        List.copyOf(instructions),
        ImageConfig.of(
            base.map(Stage::config).orElse(ImageConfig.EMPTY), instructions, globalArgs));
  }

  /// The stage with this name or, as in `--from=0`, with this number.
  public static Optional<Stage> named(String name, List<Stage> stages) {
    if (name.matches("\\d{1,3}") && Integer.parseInt(name) < stages.size()) {
      return Optional.of(stages.get(Integer.parseInt(name)));
    }
    return stages.stream()
        .filter(stage -> !name.isEmpty() && stage.name().equalsIgnoreCase(name))
        .findFirst();
  }
}
