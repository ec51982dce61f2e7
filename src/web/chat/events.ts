// Listeners by name; `Details` says what each name tells.
export class Events<Details> {
  private readonly listeners:
      {[Name in keyof Details]?: Set<(detail: Details[Name]) => void>} = {};

  on<Name extends keyof Details>(
      name: Name, listener: (detail: Details[Name]) => void): void {
    (this.listeners[name] ??= new Set()).add(listener);
  }

  off<Name extends keyof Details>(
      name: Name, listener: (detail: Details[Name]) => void): void {
    this.listeners[name]?.delete(listener);
  }

  protected emit<Name extends keyof Details>(
      name: Name, detail: Details[Name]): void {
    for (const listener of this.listeners[name] ?? []) listener(detail);
  }
}
