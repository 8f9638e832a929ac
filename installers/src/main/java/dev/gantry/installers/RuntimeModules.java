package dev.gantry.installers;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/// The modules of Java that the program is linked with; a test holds them against what its classes name.
final class RuntimeModules {
    /// Named by classes that are used.
    static final List<String> LINKED = List.of(
            "java.base",
            "java.desktop",
            "java.logging",
            "java.management",
            "java.naming",
            "java.net.http",
            "java.scripting",
            "java.sql",
            "java.transaction.xa",
            "java.xml",
            "java.datatransfer",
            "jdk.httpserver",
            "jdk.incubator.vector",
            "jdk.jfr",
            "jdk.management",
            "jdk.unsupported");

    /// Named by no class and needed all the same: the words of Chinese dates and numbers.
    static final List<String> PROVIDERS = List.of("jdk.localedata");

    /// Named by classes of libraries that the program never runs, each with what they are for.
    static final Map<String, String> LEFT_OUT = Map.of(
            "java.compiler", "H2 compiles functions written in Java, DJL compiles translators",
            "jdk.net", "H2's server tunes its sockets",
            "jdk.unsupported.desktop", "JavaFX shows Swing controls");

    private RuntimeModules() {}

    /// The modules of this Java whose packages the classes of `jars` name.
    static Set<String> namedBy(List<Path> jars) throws IOException {
        Map<String, String> owners = owners();
        Set<String> named = new TreeSet<>();
        for (Path file : jars) {
            try (JarFile jar = new JarFile(file.toFile())) {
                for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
                    JarEntry entry = entries.nextElement();
                    if (isPlainClass(entry.getName())) {
                        byte[] bytes = jar.getInputStream(entry).readAllBytes();
                        add(ClassFile.of().parse(bytes).constantPool(), owners, named);
                    }
                }
            }
        }
        return named;
    }

    /// Not a variant for another version of Java, nor the description of a module.
    private static boolean isPlainClass(String entry) {
        return entry.endsWith(".class") && !entry.startsWith("META-INF/") && !entry.endsWith("module-info.class");
    }

    private static void add(Iterable<PoolEntry> pool, Map<String, String> owners, Set<String> named) {
        for (PoolEntry entry : pool) {
            if (entry instanceof ClassEntry type) {
                // an array is named by its descriptor, such as [[Ljava/lang/String;
                String name = type.asInternalName().replaceFirst("^\\[+L?", "");
                String owner = owners.get(name.substring(0, Math.max(0, name.lastIndexOf('/'))));
                if (owner != null) {
                    named.add(owner);
                }
            }
        }
    }

    private static Map<String, String> owners() {
        Map<String, String> owners = new HashMap<>();
        for (ModuleReference module : ModuleFinder.ofSystem().findAll()) {
            for (String name : module.descriptor().packages()) {
                owners.put(name.replace('.', '/'), module.descriptor().name());
            }
        }
        return owners;
    }
}
