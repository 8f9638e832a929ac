package dev.gantry.app.ui.text.thrown;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A method, constructor or field where it stands.
///
/// @param body what is computed there; null when nothing is
/// @param returns the type of the result; null of constructors and fields
/// @param file the source it stands in, from the package on
record Member(
        ClassTree owner,
        String name,
        List<? extends VariableTree> parameters,
        @Nullable Tree body,
        @Nullable Tree returns,
        String file) {

    static Member of(ClassTree owner, MethodTree method, String file) {
        return new Member(
                owner,
                method.getName().toString(),
                method.getParameters(),
                method.getBody(),
                method.getReturnType(),
                file);
    }

    static Member of(ClassTree owner, VariableTree field, String file) {
        return new Member(owner, field.getName().toString(), List.of(), field.getInitializer(), null, file);
    }

    int arity() {
        return parameters.size();
    }

    boolean isOf(String type) {
        return owner.getSimpleName().contentEquals(type);
    }

    boolean returnsText() {
        return returns != null && returns.toString().equals("String") && body != null;
    }
}
