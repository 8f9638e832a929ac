package dev.gantry.lora.adapter;

import java.util.List;

/// Which linear modules of the blocks carry an adapter, by their path as PEFT sees it (`transformer.h.0.attn.c_attn`).
public sealed interface TargetModules {

    boolean matches(String path);

    /// Every linear module of every block; never the embedding or the head.
    record AllLinear() implements TargetModules {
        @Override
        public boolean matches(String path) {
            return true;
        }
    }

    /// Modules whose path is one of the names or ends in `.name`.
    record Names(List<String> names) implements TargetModules {
        public Names {
            names = List.copyOf(names);
            if (names.isEmpty()) {
                throw new IllegalArgumentException("target_modules is empty: name at least one module, or all-linear");
            }
        }

        @Override
        public boolean matches(String path) {
            return names.stream().anyMatch(name -> path.equals(name) || path.endsWith("." + name));
        }
    }

    /// Modules whose whole path matches a regular expression.
    record Expression(String regex) implements TargetModules {
        public Expression {
            PathPattern.of("target_modules", regex);
        }

        @Override
        public boolean matches(String path) {
            return PathPattern.of("target_modules", regex).matches(path);
        }
    }
}
