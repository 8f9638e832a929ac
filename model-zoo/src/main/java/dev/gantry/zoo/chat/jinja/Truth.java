package dev.gantry.zoo.chat.jinja;

/// Python's truth of a value: what is empty, zero or nothing is false.
final class Truth {
    private Truth() {}

    static boolean of(Value value) {
        return switch (value) {
            case Str text -> !text.isEmpty();
            case Value.Int number -> number.value() != 0;
            case Value.Real number -> number.value() != 0;
            case Value.Bool flag -> flag.value();
            case Value.None _ -> false;
            case Value.Undefined _ -> false;
            case Value.Seq seq -> !seq.items().isEmpty();
            case Value.Dict dict -> !dict.entries().isEmpty();
            case Value.Namespace _ -> true;
            case Value.Function _ -> true;
            case Value.Loop _ -> true;
        };
    }
}
