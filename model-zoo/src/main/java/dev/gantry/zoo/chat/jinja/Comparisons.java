package dev.gantry.zoo.chat.jinja;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// Python's equality, order and membership.
final class Comparisons {
    private static final int MAX_DEPTH = 50;

    private final Budget budget;

    Comparisons(Budget budget) {
        this.budget = budget;
    }

    boolean holds(String operator, Value left, Value right) {
        return switch (operator) {
            case "==" -> equal(left, right);
            case "!=" -> !equal(left, right);
            case "in" -> contains(right, left);
            case "not in" -> !contains(right, left);
            case "<" -> compare(left, right) < 0;
            case "<=" -> compare(left, right) <= 0;
            case ">" -> compare(left, right) > 0;
            case ">=" -> compare(left, right) >= 0;
            default -> throw new TemplateFault("the comparison " + operator + " is not supported");
        };
    }

    boolean equal(Value left, Value right) {
        return equal(left, right, 0);
    }

    private boolean equal(Value left, Value right, int depth) {
        if (depth > MAX_DEPTH) {
            throw new TemplateFault("lists and dictionaries are nested deeper than " + MAX_DEPTH);
        }
        budget.spend(1);
        if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
            return Numbers.compare(left, right) == 0;
        }
        return switch (left) {
            case Str text -> text.equals(right);
            case Value.Undefined _ -> right instanceof Value.Undefined;
            case Value.Seq seq ->
                right instanceof Value.Seq other
                        && seq.brackets() == other.brackets()
                        && equalItems(seq.items(), other.items(), depth);
            case Value.Dict dict -> right instanceof Value.Dict other && equalEntries(dict, other, depth);
            default -> left.equals(right);
        };
    }

    private boolean equalItems(List<Value> left, List<Value> right, int depth) {
        if (left.size() != right.size()) {
            return false;
        }
        Iterator<Value> others = right.iterator();
        for (Value item : left) {
            if (!equal(item, others.next(), depth + 1)) {
                return false;
            }
        }
        return true;
    }

    private boolean equalEntries(Value.Dict left, Value.Dict right, int depth) {
        if (left.entries().size() != right.entries().size()) {
            return false;
        }
        for (Map.Entry<String, Value> entry : left.entries().entrySet()) {
            Value other = right.entries().get(entry.getKey());
            if (other == null || !equal(entry.getValue(), other, depth + 1)) {
                return false;
            }
        }
        return true;
    }

    int compare(Value left, Value right) {
        return compare(left, right, 0);
    }

    private int compare(Value left, Value right, int depth) {
        budget.spend(1);
        if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
            return Numbers.compare(left, right);
        }
        if (left instanceof Str a && right instanceof Str b) {
            return a.text().compareTo(b.text());
        }
        if (left instanceof Value.Seq a && right instanceof Value.Seq b && depth < MAX_DEPTH) {
            int common = Math.min(a.items().size(), b.items().size());
            for (int i = 0; i < common; i++) {
                int order = compare(a.items().get(i), b.items().get(i), depth + 1);
                if (order != 0) {
                    return order;
                }
            }
            return Integer.compare(a.items().size(), b.items().size());
        }
        throw new TemplateFault(
                PythonText.kind(left) + " and " + PythonText.kind(right) + " have no order: neither is less");
    }

    boolean contains(Value container, Value member) {
        return switch (container) {
            case Str text -> {
                if (!(member instanceof Str part)) {
                    throw new TemplateFault(PythonText.kind(member) + " cannot be \"in\" a text");
                }
                budget.search(text, part);
                yield text.text().contains(part.text());
            }
            case Value.Seq seq -> {
                for (Value item : seq.items()) {
                    if (equal(item, member)) {
                        yield true;
                    }
                }
                yield false;
            }
            case Value.Dict dict -> member instanceof Str key && dict.entries().containsKey(key.text());
            case Value.Undefined _ -> false;
            default -> throw new TemplateFault("nothing can be \"in\" " + PythonText.kind(container));
        };
    }
}
