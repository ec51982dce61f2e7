// A style sheet imported by a script is its text; see build.mjs.
declare module '*.css' {
  const text: string;
  export default text;
}
