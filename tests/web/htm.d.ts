// htm's own types make a list of every template's result. Ours have one root each.
declare const htm: {
  bind<Result>(
    h: (type: any, props: any, ...children: any[]) => Result,
  ): (strings: TemplateStringsArray, ...values: unknown[]) => Result;
};
export default htm;
