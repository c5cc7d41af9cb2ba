package stripebridge.acceptance.tidy;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// Measures methods as the compiler parses them.
final class MethodLengths {
  private MethodLengths() {}

  /// Each method with more than `linesMax` lines, from its first brace to its last.
  static List<String> longerThan(int linesMax, List<SourceFile> files) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> found = new ArrayList<>();
    JavacTask task =
        (JavacTask)
            compiler.getTask(
                null,
                null,
                _ -> {},
                List.of("-proc:none"),
                null,
                files.stream().map(MethodLengths::inMemory).toList());
    SourcePositions positions = Trees.instance(task).getSourcePositions();
    try {
      for (CompilationUnitTree unit : task.parse()) {
        new TreeScanner<Void, Void>() {
          @Override
          public Void visitMethod(MethodTree method, Void nothing) {
            BlockTree body = method.getBody();
            // A single statement is not logic: a table of cases, a long text.
            if (body == null || body.getStatements().size() < 2) {
              return super.visitMethod(method, null);
            }
            LineMap lines = unit.getLineMap();
            long from = lines.getLineNumber(positions.getStartPosition(unit, body));
            long to = lines.getLineNumber(positions.getEndPosition(unit, body));
            if (to - from + 1 > linesMax) {
              String path = unit.getSourceFile().getName().substring(1);
              found.add(
                  "%s:%d: %s has %d lines".formatted(path, from, method.getName(), to - from + 1));
            }
            return super.visitMethod(method, null);
          }
        }.scan(unit, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static JavaFileObject inMemory(SourceFile file) {
    return new SimpleJavaFileObject(
        URI.create("memory:///" + file.path()), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return file.text();
      }
    };
  }
}
