package dev.gantry.engine.backend;

import dev.gantry.engine.tensor.Matrix;

/// Non-linearities between the matrices of an MLP. All matrices of a call have one shape.
public interface ActivationKernels {

    /// `y = f(x)`; y may be x.
    void forward(Activation f, Matrix x, Matrix y);

    /// `dx = f'(x) · dy`; dx may be dy.
    void backward(Activation f, Matrix x, Matrix dy, Matrix dx);

    /// `y = f(gate) · up` (Shazeer 2020).
    void gatedForward(Activation f, Matrix gate, Matrix up, Matrix y);

    /// `dGate = f'(gate) · up · dy`, `dUp = f(gate) · dy`; either output may be dy, dGate may be gate, dUp may be up.
    void gatedBackward(Activation f, Matrix gate, Matrix up, Matrix dy, Matrix dGate, Matrix dUp);
}
