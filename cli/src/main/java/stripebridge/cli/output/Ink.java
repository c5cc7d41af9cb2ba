package stripebridge.cli.output;

/// Colors text on a terminal; leaves it plain elsewhere.
///
/// @param on whether to color
public record Ink(boolean on) {
  public String green(String text) {
    return colored("32", text);
  }

  public String yellow(String text) {
    return colored("33", text);
  }

  public String red(String text) {
    return colored("31", text);
  }

  public String magenta(String text) {
    return colored("35", text);
  }

  public String cyan(String text) {
    return colored("36", text);
  }

  public String bold(String text) {
    return colored("1", text);
  }

  public String faint(String text) {
    return colored("2", text);
  }

  private String colored(String code, String text) {
    return on ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
