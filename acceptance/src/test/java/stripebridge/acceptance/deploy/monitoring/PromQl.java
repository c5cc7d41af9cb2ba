package stripebridge.acceptance.deploy.monitoring;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Parses the part of PromQL that rules and dashboards use, with its types. No parser for the JVM
/// can be had from Maven Central; promtool is the judge where it is installed, and `PromtoolTest`
/// shows that both agree.
final class PromQl {
  /// What an expression results in.
  enum Type {
    SCALAR,
    VECTOR,
    RANGE,
    TEXT
  }

  /// An expression.
  sealed interface Node {
    Type type();

    /// The expressions in it.
    default List<Node> parts() {
      return List.of();
    }

    /// The labels that it groups or matches by.
    default List<String> labels() {
      return List.of();
    }
  }

  record Literal(Type type, String text) implements Node {}

  /// @param value the text, without quotes
  record LabelMatcher(String label, String operator, String value) {}

  record Selector(String metric, List<LabelMatcher> matchers, Type type) implements Node {}

  /// A range of another expression, such as `(a > 1)[1h:5m]`.
  record Subquery(Node inner) implements Node {
    @Override
    public Type type() {
      return Type.RANGE;
    }

    @Override
    public List<Node> parts() {
      return List.of(inner);
    }
  }

  record Call(String function, List<Node> parts, Type type) implements Node {}

  record Aggregation(String operator, List<String> labels, List<Node> parts) implements Node {
    @Override
    public Type type() {
      return Type.VECTOR;
    }
  }

  record Binary(String operator, List<String> labels, List<Node> parts, Type type)
      implements Node {}

  /// Why a text is not an expression.
  static final class SyntaxException extends RuntimeException {
    private SyntaxException(String text, int at, String why) {
      super("%s at %d of: %s".formatted(why, at, text));
    }
  }

  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*+(?:(?<duration>(?:\\d+(?:ms|[smhdwy]))+)(?![a-zA-Z0-9_])"
              + "|(?<number>(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)(?![a-zA-Z0-9_])"
              + "|(?<word>[a-zA-Z_][a-zA-Z0-9_:]*)"
              + "|(?<quoted>\"(?:[^\"\\\\\\n]|\\\\.)*+\"|'(?:[^'\\\\\\n]|\\\\.)*+')"
              + "|(?<sign>=~|!~|==|!=|<=|>=|[-+*/%^<>=(){}\\[\\],@:]))");
  private static final Set<String> AGGREGATIONS =
      Set.of(
          "sum",
          "min",
          "max",
          "avg",
          "group",
          "stddev",
          "stdvar",
          "count",
          "count_values",
          "bottomk",
          "topk",
          "quantile");
  private static final Set<String> WITH_PARAMETER =
      Set.of("count_values", "bottomk", "topk", "quantile");

  // The types of the arguments, then of the result: s a scalar, v a vector, r a range, t a text; of
  // the arguments after a question mark, all may be left out.
  private static final Map<String, String> FUNCTIONS =
      Map.ofEntries(
          Map.entry("abs", "v>v"),
          Map.entry("absent", "v>v"),
          Map.entry("absent_over_time", "r>v"),
          Map.entry("avg_over_time", "r>v"),
          Map.entry("ceil", "v>v"),
          Map.entry("changes", "r>v"),
          Map.entry("clamp", "vss>v"),
          Map.entry("clamp_max", "vs>v"),
          Map.entry("clamp_min", "vs>v"),
          Map.entry("count_over_time", "r>v"),
          Map.entry("day_of_week", "?v>v"),
          Map.entry("delta", "r>v"),
          Map.entry("deriv", "r>v"),
          Map.entry("floor", "v>v"),
          Map.entry("histogram_quantile", "sv>v"),
          Map.entry("hour", "?v>v"),
          Map.entry("increase", "r>v"),
          Map.entry("irate", "r>v"),
          Map.entry("label_replace", "vtttt>v"),
          Map.entry("last_over_time", "r>v"),
          Map.entry("max_over_time", "r>v"),
          Map.entry("min_over_time", "r>v"),
          Map.entry("predict_linear", "rs>v"),
          Map.entry("present_over_time", "r>v"),
          Map.entry("quantile_over_time", "sr>v"),
          Map.entry("rate", "r>v"),
          Map.entry("resets", "r>v"),
          Map.entry("round", "v?s>v"),
          Map.entry("scalar", "v>s"),
          Map.entry("sort", "v>v"),
          Map.entry("sort_desc", "v>v"),
          Map.entry("sum_over_time", "r>v"),
          Map.entry("time", ">s"),
          Map.entry("timestamp", "v>v"),
          Map.entry("vector", "s>v"));

  // The lowest first; ^ binds closest, and to the right.
  private static final List<Set<String>> PRECEDENCE =
      List.of(
          Set.of("or"),
          Set.of("and", "unless"),
          Set.of("==", "!=", "<=", "<", ">=", ">"),
          Set.of("+", "-"),
          Set.of("*", "/", "%", "atan2"),
          Set.of("^"));
  private static final int COMPARISONS = 2;
  private static final int POWER = 5;

  private enum Kind {
    DURATION,
    NUMBER,
    WORD,
    QUOTED,
    SIGN,
    END
  }

  private record Token(Kind kind, String text, int at) {}

  private final String text;
  private final List<Token> tokens;
  private int next;

  private PromQl(String text) {
    this.text = text;
    this.tokens = tokens(text);
  }

  /// Parses an expression, and checks its types.
  ///
  /// @throws SyntaxException saying what is wrong, and where
  static Node parse(String text) {
    PromQl parser = new PromQl(text);
    Node node = parser.binary(0);
    parser.expect(Kind.END, "");
    if (node.type() == Type.RANGE) {
      throw parser.wrong("a range vector cannot be a result");
    }
    return node;
  }

  private static List<Token> tokens(String text) {
    List<Token> tokens = new ArrayList<>();
    String end = text.stripTrailing();
    Matcher matcher = TOKEN.matcher(end);
    int at = 0;
    while (at < end.length()) {
      if (!matcher.region(at, end.length()).lookingAt()) {
        throw new SyntaxException(text, at, "unexpected character");
      }
      for (Kind kind : List.of(Kind.DURATION, Kind.NUMBER, Kind.WORD, Kind.QUOTED, Kind.SIGN)) {
        String found = matcher.group(kind.name().toLowerCase(Locale.ROOT));
        if (found != null) {
          tokens.add(new Token(kind, found, matcher.end() - found.length()));
        }
      }
      at = matcher.end();
    }
    tokens.add(new Token(Kind.END, "", text.length()));
    return tokens;
  }

  private SyntaxException wrong(String why) {
    return new SyntaxException(text, tokens.get(Math.max(0, next - 1)).at(), why);
  }

  private Token peek() {
    return tokens.get(next);
  }

  private boolean isNext(String sign) {
    return peek().kind() != Kind.QUOTED && peek().text().equals(sign);
  }

  private boolean take(String sign) {
    boolean isNext = peek().kind() != Kind.END && isNext(sign);
    next += isNext ? 1 : 0;
    return isNext;
  }

  private Token expect(Kind kind, String what) {
    Token token = peek();
    if (token.kind() != kind || (!what.isEmpty() && !token.text().equals(what))) {
      next++;
      throw wrong("'%s' instead of %s".formatted(token.text(), what.isEmpty() ? kind : what));
    }
    next++;
    return token;
  }

  private Node binary(int level) {
    if (level == PRECEDENCE.size()) {
      return postfix();
    }
    if (level == POWER && (take("-") || take("+"))) {
      return operand(binary(level));
    }
    Node left = binary(level + 1);
    while (peek().kind() != Kind.QUOTED && PRECEDENCE.get(level).contains(peek().text())) {
      String operator = tokens.get(next++).text();
      boolean isBool = take("bool");
      List<String> labels = matching();
      Node right = binary(level == POWER ? level : level + 1);
      left = joined(operator, level, isBool, labels, left, right);
    }
    return left;
  }

  private Node joined(
      String operator, int level, boolean isBool, List<String> labels, Node left, Node right) {
    List<Type> types = List.of(operand(left).type(), operand(right).type());
    boolean isVector = types.contains(Type.VECTOR);
    boolean areVectors = left.type() == Type.VECTOR && right.type() == Type.VECTOR;
    if (level < COMPARISONS && !areVectors) {
      throw wrong(operator + " needs two vectors");
    }
    if (isBool && level != COMPARISONS) {
      throw wrong("bool is for comparisons");
    }
    if (level == COMPARISONS && !isVector && !isBool) {
      throw wrong("comparing two numbers needs bool");
    }
    if (!labels.isEmpty() && !areVectors) {
      throw wrong("labels can match between two vectors only");
    }
    return new Binary(operator, labels, List.of(left, right), isVector ? Type.VECTOR : Type.SCALAR);
  }

  private Node operand(Node node) {
    if (node.type() != Type.SCALAR && node.type() != Type.VECTOR) {
      throw wrong("an operator cannot take a " + node.type());
    }
    return node;
  }

  private List<String> matching() {
    if (!take("on") && !take("ignoring")) {
      return List.of();
    }
    List<String> labels = new ArrayList<>(labels());
    if ((take("group_left") || take("group_right")) && isNext("(")) {
      labels.addAll(labels());
    }
    return labels;
  }

  private List<String> labels() {
    List<String> labels = new ArrayList<>();
    expect(Kind.SIGN, "(");
    while (!take(")")) {
      labels.add(expect(Kind.WORD, "").text());
      if (!isNext(")")) {
        expect(Kind.SIGN, ",");
      }
    }
    return labels;
  }

  private Node postfix() {
    Node node = primary();
    while (true) {
      if (take("[")) {
        expect(Kind.DURATION, "");
        node = take(":") ? subquery(node) : range(node);
        expect(Kind.SIGN, "]");
      } else if (take("offset")) {
        boolean _ = take("-");
        expect(Kind.DURATION, "");
        selected(node);
      } else if (take("@")) {
        expect(Kind.NUMBER, "");
        selected(node);
      } else {
        return node;
      }
    }
  }

  private Node subquery(Node node) {
    if (peek().kind() == Kind.DURATION) {
      next++;
    }
    return new Subquery(operand(node));
  }

  private Node range(Node node) {
    if (node instanceof Selector(String metric, List<LabelMatcher> matchers, Type type)
        && type == Type.VECTOR) {
      return new Selector(metric, matchers, Type.RANGE);
    }
    throw wrong("only a metric can have a range");
  }

  private void selected(Node node) {
    if (!(node instanceof Selector || node instanceof Subquery)) {
      throw wrong("only a metric or a subquery can have a time");
    }
  }

  private Node primary() {
    Token token = tokens.get(next++);
    return switch (token.kind()) {
      case NUMBER -> new Literal(Type.SCALAR, token.text());
      case QUOTED -> new Literal(Type.TEXT, unquoted(token));
      case WORD -> word(token);
      case SIGN -> {
        if (!token.text().equals("(")) {
          throw wrong("unexpected '" + token.text() + "'");
        }
        Node inner = binary(0);
        expect(Kind.SIGN, ")");
        yield inner;
      }
      case DURATION, END -> throw wrong("unexpected '" + token.text() + "'");
    };
  }

  private static String unquoted(Token token) {
    String inner = token.text().substring(1, token.text().length() - 1);
    return inner.replaceAll("\\\\(.)", "$1");
  }

  private Node word(Token token) {
    String name = token.text();
    if (AGGREGATIONS.contains(name) && (isNext("(") || isNext("by") || isNext("without"))) {
      return aggregation(name);
    }
    if (isNext("(")) {
      return call(name);
    }
    if (name.matches("(?i)nan|inf")) {
      return new Literal(Type.SCALAR, name);
    }
    return new Selector(name, isNext("{") ? matchers() : List.of(), Type.VECTOR);
  }

  private Node aggregation(String operator) {
    Optional<List<String>> before = grouping();
    List<Node> arguments = arguments();
    List<String> labels = before.or(this::grouping).orElse(List.of());
    List<Type> expected = new ArrayList<>(List.of(Type.VECTOR));
    if (WITH_PARAMETER.contains(operator)) {
      expected.addFirst(operator.equals("count_values") ? Type.TEXT : Type.SCALAR);
    }
    if (!arguments.stream().map(Node::type).toList().equals(expected)) {
      throw wrong(operator + " needs " + expected);
    }
    return new Aggregation(operator, labels, arguments);
  }

  private Optional<List<String>> grouping() {
    return take("by") || take("without") ? Optional.of(labels()) : Optional.empty();
  }

  private Node call(String name) {
    String signature = FUNCTIONS.get(name);
    if (signature == null) {
      throw wrong("unknown function " + name);
    }
    List<Node> arguments = arguments();
    String given =
        String.join("", arguments.stream().map(argument -> letter(argument.type())).toList());
    String all = signature.substring(0, signature.indexOf('>'));
    String required = all.contains("?") ? all.substring(0, all.indexOf('?')) : all;
    if (!given.equals(required) && !given.equals(all.replace("?", ""))) {
      throw wrong("%s(%s) instead of %s".formatted(name, given, signature));
    }
    return new Call(name, arguments, signature.endsWith("s") ? Type.SCALAR : Type.VECTOR);
  }

  private static String letter(Type type) {
    return type.name().substring(0, 1).toLowerCase(Locale.ROOT);
  }

  private List<Node> arguments() {
    List<Node> arguments = new ArrayList<>();
    expect(Kind.SIGN, "(");
    if (take(")")) {
      return arguments;
    }
    do {
      arguments.add(binary(0));
    } while (take(","));
    expect(Kind.SIGN, ")");
    return arguments;
  }

  private List<LabelMatcher> matchers() {
    List<LabelMatcher> matchers = new ArrayList<>();
    expect(Kind.SIGN, "{");
    while (!take("}")) {
      String label = expect(Kind.WORD, "").text();
      String operator = expect(Kind.SIGN, "").text();
      if (!Set.of("=", "!=", "=~", "!~").contains(operator)) {
        throw wrong("'" + operator + "' does not match labels");
      }
      matchers.add(new LabelMatcher(label, operator, value(operator)));
      if (!isNext("}")) {
        expect(Kind.SIGN, ",");
      }
    }
    return matchers;
  }

  private String value(String operator) {
    String value = unquoted(expect(Kind.QUOTED, ""));
    if (operator.endsWith("~")) {
      @Nullable String problem = problem(value);
      if (problem != null) {
        throw wrong(problem);
      }
    }
    return value;
  }

  private static @Nullable String problem(String regex) {
    try {
      Pattern _ = Pattern.compile(regex);
      return null;
    } catch (PatternSyntaxException e) {
      return e.getMessage();
    }
  }
}
