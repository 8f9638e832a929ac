package dev.gantry.lora.adapter;

import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

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
        /// Long expressions are a way to make matching take for ever.
        private static final int MAX_LENGTH = 1000;

        public Expression {
            if (regex.length() > MAX_LENGTH) {
                throw new IllegalArgumentException(
                        "target_modules is an expression of " + regex.length() + " characters, over " + MAX_LENGTH);
            }
            try {
                Pattern.compile(regex);
            } catch (PatternSyntaxException e) {
                throw new IllegalArgumentException(
                        "target_modules is not a regular expression: " + e.getDescription(), e);
            }
        }

        @Override
        public boolean matches(String path) {
            return Pattern.matches(regex, path);
        }
    }
}
