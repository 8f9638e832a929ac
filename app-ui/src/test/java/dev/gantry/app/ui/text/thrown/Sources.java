package dev.gantry.app.ui.text.thrown;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/// The program's own sources as trees, with members found by the names they are called by.
final class Sources {
    private static final String PACKAGE = "dev/gantry/";

    /// A class where it stands.
    private record Type(ClassTree tree, String file) {}

    private final Map<String, List<Type>> classes = new HashMap<>();
    private final Map<ClassTree, String> files = new HashMap<>();
    private final Map<String, Set<String>> imported = new HashMap<>();
    private final Map<ClassTree, ClassTree> around = new HashMap<>();
    private final Map<String, List<Member>> methods = new HashMap<>();
    private final List<Member> all = new ArrayList<>();

    /// @param roots folders of sources
    static Sources parsed(List<Path> roots) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path root : roots) {
            try (Stream<Path> tree = Files.walk(root)) {
                tree.filter(file -> file.toString().endsWith(".java")).sorted().forEach(files::add);
            }
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Sources sources = new Sources();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            var units = manager.getJavaFileObjectsFromPaths(files);
            JavacTask task = (JavacTask) compiler.getTask(null, manager, null, List.of("-proc:none"), null, units);
            task.parse().forEach(sources::add);
        }
        return sources;
    }

    private void add(CompilationUnitTree unit) {
        String name = unit.getSourceFile().getName();
        String file = name.substring(name.indexOf(PACKAGE) + PACKAGE.length());
        Set<String> imports = new HashSet<>();
        unit.getImports()
                .forEach(each -> imports.add(
                        each.getQualifiedIdentifier()
                                        .toString()
                                        .replace('.', '/')
                                        .replaceFirst("^" + PACKAGE, "") + ".java"));
        imported.put(file, imports);
        new TreeScanner<@Nullable Void, @Nullable ClassTree>() {
            @Override
            public @Nullable Void visitClass(ClassTree tree, @Nullable ClassTree within) {
                classes.computeIfAbsent(tree.getSimpleName().toString(), key -> new ArrayList<>())
                        .add(new Type(tree, file));
                files.put(tree, file);
                if (within != null) {
                    around.put(tree, within);
                }
                tree.getMembers().forEach(member -> {
                    switch (member) {
                        case MethodTree method -> add(Member.of(tree, method, file));
                        case VariableTree field -> all.add(Member.of(tree, field, file));
                        default -> {}
                    }
                });
                return super.visitClass(tree, tree);
            }
        }.scan(unit, null);
    }

    private void add(Member method) {
        all.add(method);
        methods.computeIfAbsent(method.name() + "/" + method.arity(), key -> new ArrayList<>())
                .add(method);
    }

    /// Every method, constructor and field.
    List<Member> members() {
        return all;
    }

    /// Whether any class has a method of that name and number of parameters.
    boolean knows(String name, int arity) {
        return methods.containsKey(name + "/" + arity);
    }

    /// The class that a name stands for in a source: of the same file, imported, or of the same package before others.
    @Nullable
    ClassTree type(String simpleName, String file) {
        Set<String> imports = imported.getOrDefault(file, Set.of());
        String folder = file.substring(0, file.lastIndexOf('/') + 1);
        return classes.getOrDefault(simpleName, List.of()).stream()
                .max(Comparator.comparing((Type type) -> type.file.equals(file))
                        .thenComparing(type -> imports.contains(type.file))
                        .thenComparing(
                                type -> type.file.startsWith(folder) && type.file.indexOf('/', folder.length()) < 0))
                .map(Type::tree)
                .orElse(null);
    }

    @Nullable
    ClassTree parent(@Nullable ClassTree type) {
        return type == null || type.getExtendsClause() == null
                ? null
                : type(simple(type.getExtendsClause().toString()), Objects.requireNonNull(files.get(type)));
    }

    /// The method of a class, of one above it, or of one around it; null when none has it.
    @Nullable
    Member in(@Nullable ClassTree type, String name, int arity) {
        List<Member> named = methods.getOrDefault(name + "/" + arity, List.of());
        for (ClassTree outer = type; outer != null; outer = around.get(outer)) {
            for (ClassTree at = outer; at != null; at = parent(at)) {
                for (Member method : named) {
                    if (method.owner().equals(at)) {
                        return method;
                    }
                }
            }
        }
        return null;
    }

    /// The one method of that name and number of parameters; null when there are several.
    @Nullable
    Member only(String name, int arity) {
        List<Member> found = methods.getOrDefault(name + "/" + arity, List.of());
        return found.size() == 1 ? found.getFirst() : null;
    }

    /// A field of a class or of one around it.
    @Nullable
    VariableTree field(@Nullable ClassTree type, String name) {
        for (ClassTree at = type; at != null; at = around.get(at)) {
            for (var member : at.getMembers()) {
                if (member instanceof VariableTree field && field.getName().contentEquals(name)) {
                    return field;
                }
            }
        }
        return null;
    }

    /// `Tier` of `dev.gantry.offload.Tier` and of `Tier<T>`.
    static String simple(String type) {
        int arguments = type.indexOf('<');
        String raw = (arguments < 0 ? type : type.substring(0, arguments)).strip();
        return raw.substring(Math.max(raw.lastIndexOf('.'), raw.lastIndexOf(' ')) + 1);
    }
}
