package dev.gantry.app.cli;

import dev.gantry.engine.GantryException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Says in plain words what is wrong with a command as it was typed, and what was probably meant.
final class UsageError {
    private static final String CODE = "USAGE";

    private final CommandSpec command;
    private final String name;
    private final String help;

    private UsageError(CommandSpec command) {
        this.command = command;
        this.name = command.qualifiedName();
        this.help = "see " + name + " --help";
    }

    /// @param typed the whole command as it was typed
    static GantryException explain(ParameterException wrong, List<String> typed) {
        UsageError error = new UsageError(wrong.getCommandLine().getCommandSpec());
        return switch (wrong) {
            case UnmatchedArgumentException unmatched ->
                error.unmatched(unmatched.getUnmatched().getFirst());
            case MissingParameterException missing -> error.missing(missing.getMissing(), typed);
            case OverwrittenOptionException twice ->
                error.failure(
                        label(twice.getOverwritten()) + " is given more than once",
                        "only one value can count",
                        "leave one of them out; " + error.help);
            default -> error.wrongValue(wrong);
        };
    }

    private GantryException unmatched(String argument) {
        if (argument.startsWith("-") && argument.length() > 1) {
            String typed = argument.replaceFirst("=.*", "");
            List<String> options = command.options().stream()
                    .flatMap(option -> Arrays.stream(option.names()))
                    .toList();
            return failure(
                    "cannot run " + name, "it has no option " + typed, NearNames.question(typed, options) + help);
        }
        if (!command.subcommands().isEmpty()) {
            return failure(
                    "cannot run " + name + " " + argument,
                    "there is no such command",
                    NearNames.question(argument, command.subcommands().keySet()) + help + " for all of them");
        }
        String taken = command.positionalParameters().stream()
                .map(PositionalParamSpec::paramLabel)
                .collect(Collectors.joining(" "));
        return failure(
                "cannot run " + name,
                "\"" + argument + "\" is one argument too many: it takes "
                        + (taken.isEmpty() ? "none" : "only " + taken),
                "put a name with spaces in quotes; " + help);
    }

    private GantryException missing(Collection<ArgSpec> missing, List<String> typed) {
        ArgSpec first = missing.iterator().next();
        boolean valueOnly = first instanceof OptionSpec option && !Collections.disjoint(typed, List.of(option.names()));
        String what = missing.stream()
                .map(argument -> label(argument) + " (" + description(argument) + ")")
                .collect(Collectors.joining(" and "));
        return failure(
                "cannot run " + name, valueOnly ? label(first) + " needs a value after it" : "it needs " + what, help);
    }

    private GantryException wrongValue(ParameterException wrong) {
        ArgSpec argument = wrong.getArgSpec();
        String value = wrong.getValue();
        if (argument == null || value == null) {
            return failure("cannot run " + name, String.valueOf(wrong.getMessage()), help);
        }
        List<String> choices = choices(argument.type());
        return failure(
                "cannot run " + name,
                label(argument) + " cannot be \"" + value + "\": " + expected(argument.type(), choices),
                NearNames.question(value, choices) + help);
    }

    private static String expected(Class<?> type, List<String> choices) {
        if (!choices.isEmpty()) {
            return "it is one of " + String.join(", ", choices);
        }
        if (type == int.class || type == long.class) {
            return "it must be a whole number";
        }
        return type == float.class || type == double.class ? "it must be a number" : "it is written wrongly";
    }

    private static List<String> choices(Class<?> type) {
        Object[] constants = type.getEnumConstants();
        return constants == null
                ? List.of()
                : Arrays.stream(constants)
                        .map(constant -> String.valueOf(constant).toLowerCase(Locale.ROOT))
                        .toList();
    }

    /// `--out DIR`, or `FILE` for what stands without an option.
    private static String label(ArgSpec argument) {
        return argument instanceof OptionSpec option
                ? option.longestName() + " " + option.paramLabel()
                : argument.paramLabel();
    }

    private static String description(ArgSpec argument) {
        return String.join(" ", argument.description());
    }

    private GantryException failure(String what, String why, String nextStep) {
        return GantryException.usage(CODE, what, why, nextStep);
    }
}
