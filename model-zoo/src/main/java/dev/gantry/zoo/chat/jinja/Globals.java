package dev.gantry.zoo.chat.jinja;

import java.time.Clock;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// The functions every template can call.
record Globals(Budget budget, Clock clock) {

    Scope scope() {
        Scope scope = new Scope(null);
        define(scope, "range", this::range);
        define(scope, "namespace", this::namespace);
        define(scope, "dict", arguments -> {
            arguments.allow(0, arguments.named().keySet().toArray(String[]::new));
            return new Value.Dict(new LinkedHashMap<>(arguments.named()));
        });
        define(scope, "raise_exception", arguments -> {
            throw new TemplateRefusal(
                    PythonText.str(arguments.required(0, "message"), budget).text());
        });
        define(scope, "strftime_now", arguments -> {
            arguments.allow(1, "format");
            String format = arguments.text(0, "format").text();
            return Str.of(new Strftime(LocalDateTime.now(clock)).format(format));
        });
        return scope;
    }

    private static void define(Scope scope, String name, Value.Function function) {
        scope.set(name, function);
    }

    private Value range(Arguments arguments) {
        arguments.allow(3);
        long first = arguments.integerOr(0, "start", 0);
        boolean one = arguments.positional().size() < 2;
        long start = one ? 0 : first;
        long stop = one ? first : arguments.integerOr(1, "stop", 0);
        long step = arguments.integerOr(2, "step", 1);
        if (step == 0) {
            throw new TemplateFault("range() cannot have the step 0");
        }
        double count = Math.ceil(((double) stop - start) / step);
        int size = budget.items((long) Math.max(0, count));
        List<Value> numbers = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            numbers.add(new Value.Int(start + i * step));
        }
        return Value.Seq.list(numbers);
    }

    private Value namespace(Arguments arguments) {
        Value.Namespace namespace = new Value.Namespace();
        if (!arguments.positional().isEmpty() && arguments.positional().getFirst() instanceof Value.Dict dict) {
            namespace.attributes().putAll(dict.entries());
        }
        namespace.attributes().putAll(arguments.named());
        return namespace;
    }
}
