import static java.lang.classfile.ClassFile.JAVA_6_VERSION;
import static java.lang.classfile.ClassFile.JAVA_8_VERSION;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// Rewrites the class files of jars that are older than Java 6 as Java 8's: the same code, with
/// the stack maps that later versions ask for. The AOT cache of JDK 25 takes no older class, and
/// picocli is all Java 5: without this, verifying it again is a third of every start. One class of
/// commons-logging that is not in the cache makes Java open every jar to find it.
///
/// Adds an empty `groovy.lang.Closure` to picocli, which looks for that class at each start: Java
/// opens every jar to find that it is absent, as much work as two starts of a JVM. Nothing extends
/// the empty class, so picocli does not use it.
///
/// A build step, run from its source by `java`; not part of the application.
final class RaiseClassFiles {
  private static final String PICOCLI = "picocli/CommandLine.class";
  private static final String CLOSURE = "groovy/lang/Closure.class";

  /// @param jars are rewritten in place
  public static void main(String[] jars) throws IOException {
    for (String jar : jars) {
      rewrite(Path.of(jar));
    }
  }

  private static void rewrite(Path jar) throws IOException {
    ByteArrayOutputStream raised = new ByteArrayOutputStream();
    boolean changed = false;
    try (ZipFile in = new ZipFile(jar.toFile());
        ZipOutputStream out = new ZipOutputStream(raised);
        URLClassLoader classes = new URLClassLoader(new URL[] {jar.toUri().toURL()})) {
      ClassFile classFile =
          ClassFile.of(
              ClassFile.StackMapsOption.STACK_MAPS_WHEN_REQUIRED,
              ClassFile.ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.ofResourceParsing(classes)
                      .orElse(ClassHierarchyResolver.defaultResolver())));
      for (ZipEntry entry : in.stream().toList()) {
        byte[] content = in.getInputStream(entry).readAllBytes();
        byte[] now = entry.getName().endsWith(".class") ? raise(classFile, content) : content;
        changed |= now != content;
        ZipEntry copy = new ZipEntry(entry.getName());
        copy.setTimeLocal(entry.getTimeLocal());
        out.putNextEntry(copy);
        out.write(now);
      }
      if (in.getEntry(PICOCLI) != null && in.getEntry(CLOSURE) == null) {
        changed = true;
        ZipEntry closure = new ZipEntry(CLOSURE);
        // As old as the class files beside it, so that each build makes the same jar.
        closure.setTimeLocal(in.entries().nextElement().getTimeLocal());
        out.putNextEntry(closure);
        ClassDesc name = ClassDesc.of("groovy.lang.Closure");
        out.write(classFile.build(name, it -> it.withVersion(JAVA_8_VERSION, 0)));
      }
    }
    if (changed) { // Else it was done before, and a new date would make the AOT cache a stale one.
      Files.write(jar, raised.toByteArray());
    }
  }

  private static byte[] raise(ClassFile classFile, byte[] content) {
    ClassModel model = classFile.parse(content);
    if (model.majorVersion() >= JAVA_6_VERSION) {
      return content;
    }
    // Code that is merely copied would get no stack maps.
    ClassTransform toJava8 =
        ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)
            .andThen(ClassTransform.endHandler(builder -> builder.withVersion(JAVA_8_VERSION, 0)));
    try {
      return classFile.transformClass(model, toJava8);
    } catch (IllegalArgumentException _) {
      // It uses a class of a library that is not there, such as log4j: it is not loaded either.
      return content;
    }
  }
}
